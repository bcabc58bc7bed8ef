import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ADMIN, openField, type Field } from './support/field.ts'

const GUIDE = 'docs/api-walk.md'
/** A step that never comes true is ended, so that the report says how far the walk got. */
const PATIENCE_MS = 80_000
/** Fails the first time that something is refused, and says at which line of the guide. */
const STRICT = `set -euo pipefail; shopt -s inherit_errexit; trap 'echo "failed: $BASH_COMMAND" >&2' ERR`

/** The blocks of the guide as one script: a reader's shell keeps what an earlier block set, and so does this one. */
function blocks(): string[] {
  const found = [...readFileSync(GUIDE, 'utf8').matchAll(/^## (.+)$|^```sh\n([^]*?)^```$/gm)]
  let part = 'Beginning'
  return found.flatMap(([, heading, block]) => {
    part = heading ?? part
    return block === undefined ? [] : [`echo '# ${part}' >&2\n${block}`]
  })
}

let field: Field | undefined
beforeAll(async () => {
  if (!existsSync('dist/server/main.js')) throw new Error('dist/server is missing: npm run build makes it')
  field = await openField(0)
}, 60_000)
afterAll(() => field?.end())

/** Runs the script with bash; answers how it ended and all that it said. */
async function run(script: string) {
  if (!field) throw new Error('the service was not started')
  const { url } = field.service()
  const env = { ...process.env, URL: url, MQTT_URL: field.mqttUrl, EMAIL: ADMIN.email, PASSWORD: ADMIN.password }
  const bash = spawn('bash', ['-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS })
  const said: string[] = []
  for (const stream of [bash.stdout, bash.stderr]) stream.on('data', (text: Buffer) => said.push(text.toString()))
  const [code] = (await once(bash, 'close')) as [number | null]
  return { code, said: said.join('') }
}

test(
  'whoever follows the walk of the API gets from signing in to deletion',
  async () => {
    const { code, said } = await run([STRICT, ...blocks()].join('\n'))
    expect(code, said).toBe(0)
    expect(said).toContain('# Sign out')
  },
  PATIENCE_MS + 10_000,
)

test('a step that is refused ends the walk there', async () => {
  const { code, said } = await run([STRICT, ...blocks().slice(0, 2), 'api GET /api/orgs', 'echo reached'].join('\n'))
  expect(code).not.toBe(0)
  expect(said).toContain('Sign in to go on.')
  expect(said).not.toContain('reached')
})
