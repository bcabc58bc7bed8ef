import { expect } from 'vitest'

import { Problem } from '#contract/endpoint.ts'

import { endpointNamed, type Answer, type Input, type Who } from './backend.ts'
import type { Scene } from './scene.ts'

/** True of the mock that the portal is built on and of the server it ships with, or the build is red. */
export interface Case {
  sentence: string
  /** Its name in the contract, such as `devices.create`. */
  endpoint: string
  /** An operator when it is left out; null sends without a session. */
  as?: Who | null
  /** What is asked; a function may do first what the sentence takes for granted. */
  input?: Input | ((scene: Scene) => Input | Promise<Input>)
  /** Status and problem code, where the sentence is about a refusal. */
  refusal?: readonly [status: number, code: string]
}

/** Runs one case on one backend and checks it against the contract. */
export async function run(
  scene: Scene,
  { endpoint: name, as = 'operator', input = {}, refusal }: Case,
): Promise<Answer> {
  const endpoint = endpointNamed(name)
  const asked = typeof input === 'function' ? await input(scene) : input
  const answer = await scene.call(as, name, asked)
  if (refusal) {
    const [status, code] = refusal
    expect(Problem.parse(answer.json), scene.backend.name).toMatchObject({ status, code })
    expect(answer.status, scene.backend.name).toBe(status)
    return answer
  }
  expect(
    [answer.status, answer.json && 'title' in (answer.json as object) ? answer.json : null],
    scene.backend.name,
  ).toEqual([endpoint.status, null])
  expect(endpoint.reply.safeParse(answer.json).error, scene.backend.name).toBeUndefined()
  return answer
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
/** What each backend makes up for itself, and a total that one of them does not count. */
const OWN = new Set(['requestId', 'deviceSecret', 'productSecret', 'nextCursor', 'prevCursor', 'total', 'release'])

/** An answer without what cannot be the same on two backends: ids, times, secrets and cursors. */
export function comparable(value: unknown): unknown {
  if (typeof value === 'string') return TIME.test(value) ? '<time>' : value.replaceAll(UUID, '<id>')
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (!OWN.has(key)) return [[key, comparable(inner)]]
      return key === 'requestId' || key === 'total' ? [] : [[key, inner === null ? null : '<own>']]
    }),
  )
}
