import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { importsOf } from './architecture/rooms.ts'
import { codeFiles } from './architecture/tree.ts'

interface Package {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Package
const BUDGET = { portal: 22, server: 28 } as const

/** Rows of the table in docs/dependencies.md: package -> who uses it. */
const reasons = new Map(
  [
    ...readFileSync('docs/dependencies.md', 'utf8').matchAll(/^\| `([^`]+)` \| (portal|server|both) \| .{20,} \|$/gm),
  ].map(([, name = '', user = '']) => [name, user] as const),
)
const PLACES = { portal: /^src\//, server: /^(server|device)\// } as const

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
const importers = (name: string) =>
  codeFiles()
    .filter(
      (file) => !file.path.startsWith('test/') && importsOf(file).some((specifier) => packageOf(specifier) === name),
    )
    .map(({ path }) => path)

test('every runtime dependency has a line of reason, and no line is left over', () => {
  expect([...reasons.keys()].toSorted()).toEqual(Object.keys(manifest.dependencies).toSorted())
})

test.each(Object.entries(BUDGET))('the %s needs at most %i packages', (side, most) => {
  const used = [...reasons].filter(([, user]) => user === side || user === 'both').map(([name]) => name)
  expect(used.length, used.join(', ')).toBeLessThanOrEqual(most)
})

/** Peers of what is imported, which nobody imports by name. */
const PEERS = new Set(['react-dom'])
test.each([...reasons].filter(([name]) => !PEERS.has(name)))('%s is imported by the %s', (name, user) => {
  const files = importers(name)
  if (user === 'both') expect(files.length).toBeGreaterThan(0)
  else expect(files.filter((path) => PLACES[user as 'portal' | 'server'].test(path))).not.toEqual([])
})

test('packages that only a side may know are not imported by the other', () => {
  const strays = [...reasons]
    .filter(([, user]) => user !== 'both')
    .flatMap(([name, user]) => {
      const other = PLACES[user === 'portal' ? 'server' : 'portal']
      return importers(name)
        .filter((path) => other.test(path))
        .map((path) => `${path} -> ${name}`)
    })
  expect(strays).toEqual([])
})

test('all @mantine packages have the same exact version', () => {
  const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  const versions = all.filter(([name]) => name.startsWith('@mantine/')).map(([, version]) => version)
  expect(versions.length).toBeGreaterThan(0)
  expect(new Set(versions).size).toBe(1)
  expect(versions[0]).toMatch(/^\d+\.\d+\.\d+$/)
})

test('the lockfile says what and not where from: no address of a registry', () => {
  expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved"/)
})
