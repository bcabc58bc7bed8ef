import { delay, HttpResponse } from 'msw'

import { problems } from '#contract/problems.ts'

import { db } from './db.ts'
import { limits } from './limits.ts'
import { MockProblem } from './problem.ts'
import { sentinel, SLOW_MS } from './sentinel.ts'
import { actAs } from './session.ts'

export const unavailable = {
  status: 503,
  code: 'unavailable',
  title: 'The service is restarting. Try again in a moment.',
}
const broken = {
  status: 500,
  code: 'internal',
  title: 'Something went wrong on the server. Try again; if it stays, tell GovTech the request id.',
}

const tooMany = { status: 429, code: 'too_many_requests', title: 'Too many requests. Wait a moment, then try again.' }

/** True for the first time in this world: a session ends once and the one that follows lasts, a search is right once. */
function isFirst(word: string): boolean {
  const first = !db.obeyed.has(word)
  db.obeyed.add(word)
  return first
}

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
    if (!isFirst(sentinel.signedOut)) return undefined
    actAs(null)
    throw new MockProblem(problems.signedOut())
  },
  [sentinel.forbidden]: async () => {
    throw new MockProblem(problems.forbidden(`You may no longer do this. Contact ${limits.contact}.`))
  },
  [sentinel.gone]: async () => {
    throw new MockProblem(problems.notFound('What you asked for'))
  },
  [sentinel.stale]: async () => {
    throw new MockProblem(problems.stale())
  },
  [sentinel.tooMany]: async () => {
    throw new MockProblem(tooMany, { 'retry-after': '60' })
  },
  [sentinel.failsLater]: async () => {
    if (!isFirst(sentinel.failsLater)) throw new MockProblem(unavailable)
    return undefined
  },
  [sentinel.slow]: async () => {
    await delay(SLOW_MS)
    return undefined
  },
}

const wordOf = (part: unknown, key: string): unknown =>
  typeof part === 'object' && part !== null && key in part ? (part as Record<string, unknown>)[key] : undefined

const TYPED = ['name', 'description', 'reason'] as const

/** Undefined when no sentinel was typed. @throws MockProblem for those that are refusals */
export async function obeySentinels(parsed: object): Promise<Response | undefined> {
  const { query, body } = parsed as { query?: unknown; body?: unknown }
  const words = [wordOf(query, 'q'), ...TYPED.map((key) => wordOf(body, key))]
  const effect = words.map((word) => (typeof word === 'string' ? EFFECTS[word] : undefined)).find(Boolean)
  return effect?.()
}
