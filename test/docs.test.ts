import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { expect, test } from 'vitest'

const folder = (path: string) =>
  readdirSync(path)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${path}/${name}`)
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', ...folder('docs'), ...folder('docs/decisions')]
const scripts = Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts)

/** Names in code quotes that begin with a folder or file of the root. What commands make is no path of the repository. */
const ROOTS = readdirSync('.').filter((name) => !['dist', 'data', 'node_modules', 'test-results'].includes(name))

const withoutBlocks = (text: string) => text.replace(/^```[^]*?^```/gm, '')

function pathsIn(document: string): string[] {
  const text = withoutBlocks(readFileSync(document, 'utf8'))
  const links = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, target = '']) => target)
  const local = links.filter((target) => !/^[a-z]+:/.test(target)).map((target) => join(dirname(document), target))
  const quoted = [...text.matchAll(/`([^`\s]+)`/g)].map(([, name = '']) => name.replace(/^\.\//, ''))
  const looksLikePath = (name: string) =>
    (ROOTS.includes(name.split('/')[0] ?? '') && name.includes('/')) ||
    /^[\w.-]+\/[\w./-]+\.(ts|tsx|mjs|md|json)$/.test(name)
  return [...local, ...quoted.filter(looksLikePath).filter((name) => !/[*{}<>…]|^dist\//.test(name))]
}

test.each(DOCUMENTS)('%s names only files that exist', (document) => {
  expect(pathsIn(document).filter((path) => !existsSync(path))).toEqual([])
})

test.each(DOCUMENTS)('%s names only commands that package.json has', (document) => {
  const named = [...readFileSync(document, 'utf8').matchAll(/npm run ([a-z:-]+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !scripts.includes(name))).toEqual([])
})

test('every rule of CONTRIBUTING that a test can hold cites it', () => {
  const rules = readFileSync('CONTRIBUTING.md', 'utf8')
    .split(/^\d+\. /m)
    .slice(1)
  const citing = rules.filter((rule) => /`(test\/[\w/.]+|\.ox\w+\.json)`/.test(rule))
  expect(rules.length).toBeGreaterThan(20)
  // two rules are about judgement: comments, and records of decisions
  expect(rules.length - citing.length).toBeLessThanOrEqual(2)
})

const BUDGETS: readonly [document: string, lines: number][] = [
  ['README.md', 150],
  ['CONTRIBUTING.md', 120],
  ...folder('docs/decisions').map((path): [string, number] => [path, 60]),
]
test.each(BUDGETS)('%s has at most %i lines', (document, most) => {
  expect(readFileSync(document, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(most)
})

test('the flow in the guide to testing is one that runs: a spec, letter by letter, and the command for it', () => {
  const guide = readFileSync('docs/testing.md', 'utf8')
  const [, example] = /^```ts\n([^]*?)^```$/m.exec(guide) ?? []
  const [, file = '', project] = /^npx playwright test (\S+) --project=(\S+)$/m.exec(guide) ?? []
  expect(example).toBe(readFileSync(file, 'utf8'))
  expect(readFileSync('playwright.config.ts', 'utf8')).toContain(`name: '${project}'`)
})

test('the README says how large a file may be, and why it is not 100 bytes', () => {
  expect(readFileSync('README.md', 'utf8')).toMatch(/100 MB[^]*100B/)
})

test('the operating guide lists exactly the variables that the server reads', () => {
  const schema = /const Environment = z([^]*?)\n\n/.exec(readFileSync('server/config.ts', 'utf8'))
  const read = [...(schema?.[0] ?? '').matchAll(/^ {4}([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name)
  const table = [...readFileSync('docs/operating.md', 'utf8').matchAll(/^\| (`[A-Z_`, ]+`) \|/gm)]
  const listed = table.flatMap(([, names = '']) => [...names.matchAll(/[A-Z_]+/g)].map(([name]) => name))
  expect(listed.toSorted()).toEqual(read.toSorted())
})
