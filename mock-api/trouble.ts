import { delay } from 'msw'

import { problems } from '#contract/problems.ts'

import { clock } from './clock.ts'
import { db } from './db.ts'
import { limits } from './limits.ts'
import { MockProblem } from './problem.ts'
import { troubleOf, type Trouble } from './seed/troubled.ts'
import { FADES_AFTER_MS, SLOW_ORG_MS } from './sentinel.ts'
import { unavailable } from './sentinels.ts'

/** Whether the organisation that fades away has gone. */
const hasFaded = (): boolean => clock.now() - db.begunAt > FADES_AFTER_MS

const EFFECTS: Readonly<Partial<Record<Trouble, () => void | Promise<unknown>>>> = {
  slow: () => delay(SLOW_ORG_MS),
  down: () => {
    throw new MockProblem(unavailable)
  },
  closed: () => {
    throw new MockProblem(problems.forbidden(`You may not see this. Contact ${limits.contact}.`))
  },
  fading: () => {
    if (hasFaded()) throw new MockProblem(unavailable)
  },
}

const askedIn = (params: object): Trouble | undefined => troubleOf('org' in params ? params.org : undefined)

/** Lets the trouble of the asked organisation happen to a request. @throws MockProblem where that is a refusal */
export async function endure(params: object): Promise<void> {
  const trouble = askedIn(params)
  if (trouble) await EFFECTS[trouble]?.()
}

/** A stream that was open when its organisation faded away is heard no more, and does not end. */
export function muffled(params: object, response: Response): Response {
  if (askedIn(params) !== 'fading' || !response.body) return response
  const deaf = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      if (!hasFaded()) controller.enqueue(chunk)
    },
  })
  return new Response(response.body.pipeThrough(deaf), response)
}
