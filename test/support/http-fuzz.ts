import { createHash } from 'node:crypto'

import { createRandom } from '#device/simulator/random.ts'

import { keysOf, topicOf } from './device-http.ts'
import { authBody } from './http-wire.ts'

/** One hostile request: who sends it, and what. */
export interface Attempt {
  /** The device whose whole session it carries and whose topic it names: the only one that it may count for. */
  rightful: string | undefined
  method: string
  path: string
  headers: Record<string, string>
  body: string | Buffer
}

const VALUES = [
  ...'null true [] {} "" 0 -1 1e999 1.0 "__proto__" "\\u0000" "\\ud800" "1.4.0" "x".repeat'.split(' '),
  ...'99999999999999999999 [[[[[[[[[[]]]]]]]]]] {"a":{"b":{"c":[]}}}'.split(' '),
  `"${'y'.repeat(600)}"`,
]
const FIELDS = 'id version method params step desc code data message constructor lifetime'.split(' ')
/** The first two carry the tag by which a message is known again, so there are more of them. */
const PARTS =
  'inform progress inform progress inform progress getversion upgrade_reply upgrade request inform_reply ../inform %2e%2e'.split(
    ' ',
  )
const PATHS = [
  '/topic',
  '//topic',
  '/topic/',
  '/topic%2f',
  '/TOPIC',
  '/auth',
  '/multipart',
  '/files',
  '/topic/sys',
  '/topic/ext/session',
]

/** Requests that no device sends, the same for the same seed: valid, mutated and hostile ones mixed. */
export function createAttempts(seed: string, sessions: readonly string[]): () => Attempt {
  const random = createRandom(seed)
  const below = (count: number) => Math.floor(random() * count)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const chance = (share: number) => random() < share

  let made = 0
  const mutate = (text: string, share = 0.5): string | Buffer => {
    if (!chance(share)) return text
    const bytes = Buffer.from(text)
    for (let count = 1 + below(3); count > 0; count--) bytes[below(bytes.length)] = below(256)
    return chance(0.3) ? bytes.subarray(0, below(bytes.length + 1)) : bytes
  }
  const envelope = (tag: string): string => {
    if (chance(0.6)) return `{"id":"7","params":{"version":"${tag}","step":"${below(130) - 10}","desc":"${tag}"}}`
    const pairs = Array.from({ length: 1 + below(6) }, () => `"${pick(FIELDS)}":${pick(VALUES)}`)
    return `{"id":"1","params":{"version":"${tag}",${pairs.join(',')}},${pairs.join(',')}}`
  }
  const message = (): Attempt => {
    const [sender, named, isWhole] = [below(sessions.length), chance(0.7), chance(0.8)]
    const own = sessions[sender] ?? ''
    const session = isWhole ? own : encodeURIComponent(mutate(own, 1).toString('latin1'))
    const device = named ? sender + 1 : below(sessions.length) + 1
    const path = `${pick(['/topic', '//topic', '/topic/'])}${topicOf(device, pick(PARTS))}?sessionId=${session}`
    const rightful = isWhole && device === sender + 1 ? keysOf(device).deviceKey : undefined
    return { rightful, method: 'POST', path, headers: {}, body: mutate(envelope(tagOf(made++)), 0.4) }
  }
  const auth = (): Attempt => {
    const keys = keysOf(below(5) + 1)
    const body = mutate(authBody(keys, 'a secret that nobody has'))
    made += 1
    return {
      rightful: undefined,
      method: 'POST',
      path: `//auth/${keys.productKey}/${keys.deviceKey}`,
      headers: {},
      body,
    }
  }
  const stray = (): Attempt => ({
    rightful: undefined,
    method: pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']),
    path: `${pick(PATHS)}/${encodeURIComponent(mutate('sys/pkAlpha1/dev1').toString('latin1'))}?${pick(['sessionId', 'fileUri', 'category'])}=${pick(['', 'x', '%', '%ff', 'a&sessionId=b'])}`,
    headers: { 'content-type': pick(['application/json', 'text/html', ';', '\u00e9', 'multipart/form-data']) },
    body: mutate(envelope(tagOf(made++))),
  })

  return () => {
    const kind = random()
    return kind < 0.75 ? message() : kind < 0.85 ? auth() : stray()
  }
}

/** Names a message by its number, so that a mutated name is no other message's. */
const tagOf = (index: number): string =>
  `${index}-${createHash('sha256').update(String(index)).digest('hex').slice(0, 12)}`

/** Number of the message in which this stood; undefined when it was mutated. */
export function indexOfTag(text: string): number | undefined {
  const index = Number(text.split('-')[0])
  return Number.isInteger(index) && tagOf(index) === text ? index : undefined
}
