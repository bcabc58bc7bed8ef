// npm run check: types, lint, format and the rules of the house, in under a minute; runs all of them before it judges.
import { checks } from './lib/checks.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { tool } from './lib/run.mjs'
import { say, secondsSince } from './lib/say.mjs'

const HOUSE = ['test/architecture.test.ts', 'test/dependencies.test.ts', 'test/docs.test.ts', 'test/openapi.test.ts']

await ensureInstalled()
const startedAt = Date.now()
const failed = []
for (const { name, run } of checks) {
  say(name)
  if ((await run()) !== 0) failed.push(name)
}
say('the rules of the house')
const house = await tool('vitest', ['run', '--project', 'node', '--reporter=dot', ...HOUSE])
if (house.code !== 0) failed.push('the rules of the house')
say(failed.length === 0 ? `all well in ${secondsSince(startedAt)} s` : `failed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
