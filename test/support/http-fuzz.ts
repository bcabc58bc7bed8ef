import { createRandom } from '#device/simulator/random.ts'

import { keysOf, topicOf } from './device-http.ts'
import { createMarks, type Marks } from './fuzz-tags.ts'
import { findingsOf, openFuzzWorld, SENDERS } from './fuzz-world.ts'
import { createPipe, requestBytes } from './http-pipe.ts'
import { authBody, authenticate, publish, sessionOf } from './http-wire.ts'

/** One hostile request: who sends it, and what. */
export interface Attempt {
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
function createAttempts(seed: string, sessions: readonly string[], marks: Marks): () => Attempt {
  const random = createRandom(seed)
  const below = (count: number) => Math.floor(random() * count)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const chance = (share: number) => random() < share

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
    const shown = isWhole ? own : mutate(own, 1).toString('latin1')
    const session = isWhole ? own : encodeURIComponent(shown)
    const device = named ? sender + 1 : below(sessions.length) + 1
    const path = `${pick(['/topic', '//topic', '/topic/'])}${topicOf(device, pick(PARTS))}?sessionId=${session}`
    // the one device that it may count for: the one whose whole session it carries and whose topic it names
    // a change can also put in what was there before
    const tag = marks.next(shown === own && device === sender + 1 ? keysOf(device).deviceKey : undefined)
    return { method: 'POST', path, headers: {}, body: mutate(envelope(tag), 0.4) }
  }
  const auth = (): Attempt => {
    const keys = keysOf(below(SENDERS) + 1)
    const body = mutate(authBody(keys, 'a secret that nobody has'))
    return { method: 'POST', path: `//auth/${keys.productKey}/${keys.deviceKey}`, headers: {}, body }
  }
  const stray = (): Attempt => ({
    method: pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']),
    path: `${pick(PATHS)}/${encodeURIComponent(mutate('sys/pkAlpha1/dev1').toString('latin1'))}?${pick(['sessionId', 'fileUri', 'category'])}=${pick(['', 'x', '%', '%ff', 'a&sessionId=b'])}`,
    headers: { 'content-type': pick(['application/json', 'text/html', ';', '\u00e9', 'multipart/form-data']) },
    body: mutate(envelope(marks.next(undefined))),
  })

  return () => {
    const kind = random()
    return kind < 0.75 ? message() : kind < 0.85 ? auth() : stray()
  }
}

function codeOf(body: string): unknown {
  try {
    return (JSON.parse(body) as { code?: unknown }).code
  } catch {
    return undefined
  }
}

/** Codes of the protocol inside of HTTP 200, or what HTTP refuses by itself; never a failure of our own. */
const KNOWN = /^(?:200 (?:200|400|401|460|1008|1009|1220|1251)|200 undefined|4\d\d .*)$/
const ABREAST = 40
/** Requests that one connection has under way. */
const BATCH = 20

const bytesOf = ({ method, path, headers, body }: Attempt) => requestBytes(method, path, headers, body)

export interface HttpFuzzResult {
  sent: number
  /** Requests that ended their connection instead. */
  unanswered: number
  /** Reports that were read. */
  reports: number
  /** Empty when all is well. */
  findings: string[]
}

/** Sends `count` requests to a whole service; the same seed sends the same ones. */
export async function runHttpFuzz(seed: string, count: number): Promise<HttpFuzzResult> {
  const world = await openFuzzWorld()
  const { httpPort: port, senders } = world
  const open = async ({ productKey, deviceKey, deviceSecret }: (typeof senders)[number], index: number) => {
    // half of them take upgrades on their answers, as the vendor's SDK does, and half do not
    const changes = index % 2 === 0 ? {} : { acceptCommandTypes: ['CMD_PENDING_INVOKE'] }
    const keys = { productKey, deviceKey }
    return sessionOf(await authenticate(port, keys, authBody(keys, deviceSecret, changes)))
  }
  const sessions = await Promise.all(senders.map(open))
  const before = await world.bystanders()
  const marks = createMarks()
  const next = createAttempts(seed, sessions, marks)
  const strange = new Set<string>()
  let [left, unanswered] = [count, 0]
  const worker = async () => {
    const pipe = createPipe(port)
    let waiting: Buffer[] = []
    while (left > 0 || waiting.length > 0) {
      const some = Math.min(BATCH - waiting.length, left)
      left -= some
      waiting.push(...Array.from({ length: some }, () => bytesOf(next())))
      const answers = await pipe.send(waiting)
      for (const { status, body } of answers) {
        const answer = `${status} ${String(codeOf(body))}`
        if (!KNOWN.test(answer)) strange.add(answer)
      }
      // one that ended the connection is lost; those behind it have not been looked at and are sent again
      if (answers.length < waiting.length) unanswered += 1
      waiting = waiting.slice(answers.length + 1)
    }
    pipe.close()
  }
  await Promise.all(Array.from({ length: ABREAST }, worker))
  const last = marks.next('dev1')
  const served = await publish(port, sessions[0] ?? '', topicOf(1, 'inform'), { id: '1', params: { version: last } })
  const findings = [
    ...(await findingsOf(world, before, marks.ownerOf)),
    ...[...strange].map((answer) => `An answer that is none of the protocol's: ${answer}`),
    ...(served.json?.code === 200 ? [] : [`A device that does nothing wrong was answered ${served.body.toString()}`]),
  ]
  const reports = world.reports()
  await world.close()
  return { sent: count, unanswered, reports, findings }
}
