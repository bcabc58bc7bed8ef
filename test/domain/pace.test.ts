import fc from 'fast-check'
import { expect, test } from 'vitest'

import { NO_PACE, paced, paceOpensAt, slotOf } from '#domain/pace.ts'

test('no pace is always open', () => {
  expect(paceOpensAt(null, NO_PACE, 7)).toBe(7)
  expect(paced(null, NO_PACE, 7)).toEqual(NO_PACE)
})

test.each([
  [1, { devices: 1, everyMs: 60_000 }],
  [60, { devices: 1, everyMs: 1_000 }],
  [7, { devices: 1, everyMs: 8_572 }],
  [1_000, { devices: 2, everyMs: 120 }],
  [100_000, { devices: 167, everyMs: 101 }],
])('%i a minute go as %o', (perMinute, slot) => expect(slotOf(perMinute)).toEqual(slot))

test('whenever devices begin, no minute begins more than the pace, and it is used by nine tenths at least', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (perMinute) => {
      let state = NO_PACE
      let now = 0
      const begun: number[] = []
      while (begun.length < perMinute * 2 && begun.length < 5_000) {
        now = paceOpensAt(perMinute, state, now)
        state = paced(perMinute, state, now)
        begun.push(now)
      }
      for (let i = perMinute; i < begun.length; i += 1)
        expect(begun[i]! - begun[i - perMinute]!).toBeGreaterThanOrEqual(60_000)
      const full = Math.min(perMinute, begun.length - 1)
      expect(begun[full]!).toBeLessThanOrEqual((full / perMinute) * 60_000 * 1.1 + 200)
    }),
    { numRuns: 60 },
  )
})
