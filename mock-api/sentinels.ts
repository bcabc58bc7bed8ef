import { delay, HttpResponse } from 'msw'

import { problems } from '#contract/problems.ts'

import { MockProblem } from './problem.ts'
import { sentinel, SLOW_MS } from './sentinel.ts'
import { actAs } from './session.ts'

const unavailable = { status: 503, code: 'unavailable', title: 'The service is restarting. Try again in a moment.' }
const broken = {
  status: 500,
  code: 'internal',
  title: 'Something went wrong on the server. Try again; if it stays, tell GovTech the request id.',
}

/** Whether the sentinel that fails later was right once in this page load. */
let wasRight = false
/** Whether the session was ended by its sentinel in this page load: the one that follows lasts. */
let hasEnded = false

/** What each typed word does: a response of its own, a problem, or only a delay. */
const EFFECTS: Readonly<Record<string, () => Promise<Response | undefined>>> = {
  [sentinel.unavailable]: async () => {
    throw new MockProblem(unavailable)
  },
  [sentinel.broken]: async () => {
    throw new MockProblem(broken)
  },
  [sentinel.unreachable]: async () => HttpResponse.error(),
  [sentinel.unreadable]: async () => HttpResponse.html('<h1>Proxy</h1>'),
  [sentinel.signedOut]: async () => {
    if (hasEnded) return undefined
    hasEnded = true
    actAs(null)
    throw new MockProblem(problems.signedOut())
  },
  [sentinel.failsLater]: async () => {
    if (wasRight) throw new MockProblem(unavailable)
    wasRight = true
    return undefined
  },
  [sentinel.slow]: async () => {
    await delay(SLOW_MS)
    return undefined
  },
}

const wordOf = (part: unknown, key: string): unknown =>
  typeof part === 'object' && part !== null && key in part ? (part as Record<string, unknown>)[key] : undefined

/** Undefined when no sentinel was typed. @throws MockProblem for those that are refusals */
export async function obeySentinels(parsed: object): Promise<Response | undefined> {
  const { query, body } = parsed as { query?: unknown; body?: unknown }
  const word = wordOf(query, 'q') ?? wordOf(body, 'name')
  return typeof word === 'string' ? EFFECTS[word]?.() : undefined
}
