import { existsSync, readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { foreignPackages, homeless, trespasses } from './architecture/rooms.ts'
import { codeFiles, textFiles, type SourceFile } from './architecture/tree.ts'
import { forbiddenWords, silenced, strangers, unfinished } from './architecture/words.ts'

const code = codeFiles()
const texts = textFiles()
const MAX_LINES = 300

const tooLong = (files: readonly SourceFile[]) =>
  files
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines`)

type Rule = (files: readonly SourceFile[]) => string[]
const RULES: readonly [sentence: string, rule: Rule, files: readonly SourceFile[]][] = [
  ['no room imports what it may not', trespasses, code],
  ['pure rooms need no packages', foreignPackages, code],
  ['every file lives in a room of the table', homeless, code],
  [`no file has more than ${MAX_LINES} lines`, tooLong, code],
  ['no forbidden word stands in the code', forbiddenWords, code],
  ['no compiler error is silenced', silenced, code],
  ['nothing is marked as unfinished', unfinished, code],
  ['no tool, machine or registry is named', strangers, texts],
]

test.each(RULES)('%s', (_sentence, rule, files) => {
  const findings = rule(files)
  expect(findings, findings.join('\n')).toEqual([])
})

test('the service worker of the mock is not in public/, where it would ship', () => {
  expect(existsSync('public/mockServiceWorker.js')).toBe(false)
})

/** One file for each way to break a rule: a rule that cannot fail protects nothing. */
const BREACHES: readonly [rule: Rule, path: string, text: string][] = [
  [trespasses, 'src/lib/paths.ts', `import { call } from '#src/api/call.ts'`],
  [trespasses, 'src/lib/paths.ts', `const api = await import('../api/call.ts')`],
  [trespasses, 'contract/index.ts', `export { can } from '#domain/can.ts'`],
  [trespasses, 'domain/task.ts', `import type { Clock } from '#server/ports.ts'`],
  [trespasses, 'server/engine/reports.ts', `import {\n  openDatabase,\n} from '../db/open.ts'`],
  [trespasses, 'server/routes/manage/jobs.ts', `import { dispatch } from '#server/engine/dispatcher.ts'`],
  [trespasses, 'server/db/jobs.ts', `import { disk } from '../storage/disk.ts'`],
  [trespasses, 'src/features/jobs/JobPage.tsx', `import { Drop } from '../firmware/Drop.tsx'`],
  [trespasses, 'src/features/jobs/JobPage.tsx', `new Worker(new URL('../../../server/main.ts', import.meta.url))`],
  [trespasses, 'mock-api/db.ts', `import { app } from '#server/app.ts'`],
  [trespasses, 'src/api/call.ts', `import { seed } from '#mock-api/seed.ts'`],
  [trespasses, 'device/sdk/connect.ts', `import { Logger } from '#server/ports.ts'`],
  [foreignPackages, 'domain/task.ts', `import { readFileSync } from 'node:fs'`],
  [foreignPackages, 'contract/endpoint.ts', `import fastify from 'fastify'`],
  [homeless, 'helpers/misc.ts', ''],
  [homeless, 'server/utils/strings.ts', ''],
  [tooLong, 'src/lib/long.ts', 'x\n'.repeat(301)],
  [forbiddenWords, 'src/app/clock.ts', 'setInterval(tick, 1000)'],
  [forbiddenWords, 'src/features/jobs/queries.ts', `const reply = await fetch('/api/orgs')`],
  [forbiddenWords, 'src/components/Badge.tsx', '<i data-testid="badge" />'],
  [forbiddenWords, 'server/http/serve.ts', `console.log('here')`],
  [forbiddenWords, 'e2e/jobs.spec.ts', 'await page.waitForTimeout(500)'],
  [forbiddenWords, 'test/server/jobs.test.ts', 'await new Promise((resolve) => setTimeout(resolve, 50))'],
  [forbiddenWords, 'test/server/jobs.test.ts', `test.skip('later', () => {})`],
  [forbiddenWords, 'test/server/jobs.test.ts', `describe.only('this', () => {})`],
  [forbiddenWords, 'domain/gates.test.ts', `it.todo('opens')`],
  [forbiddenWords, 'e2e/jobs.spec.ts', `await page.route('**/api/**', abort)`],
  [forbiddenWords, 'domain/task.ts', 'const now = Date.now()'],
  [forbiddenWords, 'server/engine/reports.ts', 'const at = new Date()'],
  [forbiddenWords, 'server/channel/broker.ts', 'process.env.MQTT_PORT'],
  [forbiddenWords, 'src/features/jobs/StopButton.tsx', `if (window.confirm('Stop?')) stop()`],
  [silenced, 'server/engine/reports.ts', '// @ts-ignore'],
  [unfinished, 'server/engine/reports.ts', '// TODO handle late reports'],
  [strangers, 'README.md', ['Written with', 'Cla' + 'ude'].join(' ')],
  [strangers, 'docs/setup.md', ['npm ci --registry https://registry', 'example.com/npm'].join('.')],
  [strangers, 'scripts/test.mjs', ['cd', '/work' + '/main'].join(' ')],
]

describe('each rule can fail', () => {
  const breaches = BREACHES.map(([rule, path, text]) => ({ rule, ruleName: rule.name, path, text }))
  test.each(breaches)('$ruleName finds the breach in $path', ({ rule, path, text }) => {
    expect(rule([{ path, text }])).toHaveLength(1)
  })

  test('and lets pass what only looks like a breach', () => {
    const text = `/** console.log is forbidden; see https://example.com */\nimport { call } from '#src/api/call.ts'`
    const file = { path: 'src/features/jobs/queries.ts', text }
    expect([...trespasses([file]), ...forbiddenWords([file])]).toEqual([])
  })

  test('and sees the tree', () => {
    expect(code.length).toBeGreaterThan(20)
    expect(texts.map(({ path }) => path)).toContain('package.json')
    expect(readFileSync('package.json', 'utf8')).toContain('"type": "module"')
  })
})
