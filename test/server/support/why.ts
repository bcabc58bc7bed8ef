import { expect } from 'vitest'

import type { World } from './engine.ts'
import { deviceId, ORG } from './rows.ts'

type Of = { orgId: string; jobId: string }

/** "Why not updated?", asked as the API asks it, and taken at its word. */
export function asks(world: World) {
  const why = async (job: Of, n: number) => {
    const [answer] = await world.engine.devices.why({ orgId: ORG, deviceId: deviceId(n) }, job.jobId)
    if (!answer) throw new Error(`Nothing is said of device ${n}.`)
    return answer.verdict
  }
  const pushesTo = (n: number) => world.pushes.filter(({ device }) => device.deviceId === deviceId(n)).length
  return {
    why,
    /** The gate that holds the device, and what the portal says of it. */
    async held(job: Of, n: number, gate: string, reason: string | RegExp) {
      const verdict = await why(job, n)
      expect(verdict).toMatchObject({ go: false, gate })
      expect(verdict.reason).toMatch(reason)
      return verdict
    },
    /** Moves to the moment that is told: the device is pushed to then, and not a millisecond before. */
    async goesWhenTold(job: Of, n: number) {
      const { opensAt } = await why(job, n)
      const before = pushesTo(n)
      await world.advance(Date.parse(opensAt ?? '') - world.clock.now() - 1)
      expect(pushesTo(n)).toBe(before)
      await world.advance(1)
      expect(pushesTo(n)).toBe(before + 1)
    },
  }
}
