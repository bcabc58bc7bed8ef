import { http, HttpResponse } from 'msw'

import { clock } from '#mock-api/clock.ts'
import { tick } from '#mock-api/engine/tick.ts'

/** Not of the contract: `POST /mock/clock?seconds=7200` lets that time pass, so that nobody has to wait for it. */
export const clockHandlers = [
  http.post('/mock/clock', ({ request }) => {
    clock.advance(Number(new URL(request.url).searchParams.get('seconds')) * 1_000)
    tick()
    return HttpResponse.json({ now: new Date(clock.now()).toISOString() })
  }),
]
