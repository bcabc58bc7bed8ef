import { beforeEach, describe, expect, test } from 'vitest'

import { stoppedClock, type MovableClock } from '#server/clock.ts'
import { createLater, type Later } from '#server/engine/later.ts'

const MINUTE = 60_000

describe('devices whose gates open at a known time', () => {
  let clock: MovableClock
  let later: Later
  let told: [at: number, ids: string[] | 'all'][]
  beforeEach(() => {
    clock = stoppedClock(0)
    told = []
    later = createLater(clock, {
      due: (ids) => told.push([clock.now(), ids]),
      overflown: () => told.push([clock.now(), 'all']),
      most: 2,
    })
  })

  test('are told of when it has come, those of one moment together', async () => {
    later.add('a', 2_000)
    later.add('b', 1_000)
    await clock.advance(5_000)
    later.add('c', 6_000)
    later.add('d', 6_000)
    await clock.advance(5_000)
    expect(told).toEqual([
      [1_000, ['b']],
      [2_000, ['a']],
      [6_000, ['c', 'd']],
    ])
  })

  test('wait in two jobs for the earlier of their times, whichever was noted last', async () => {
    later.add('a', 1_000)
    later.add('a', 9_000)
    later.add('b', 9_000)
    later.add('b', 2_000)
    await clock.advance(2_000)
    expect(told).toEqual([
      [1_000, ['a']],
      [2_000, ['b']],
    ])
  })

  test('are more than is remembered: all are looked at when the first of the others may go, not the last', async () => {
    for (const [n, id] of ['a', 'b'].entries()) later.add(id, (n + 50) * MINUTE)
    later.add('c', 60 * MINUTE)
    later.add('d', MINUTE)
    later.add('b', 30 * MINUTE)
    await clock.advance(MINUTE)
    expect(told).toEqual([[MINUTE, 'all']])
    await clock.advance(29 * MINUTE)
    expect(told.slice(1)).toEqual([[30 * MINUTE, ['b']]])
  })

  test('and then are not all looked at more than once a minute, however many times they have', async () => {
    for (const id of ['a', 'b']) later.add(id, 60 * MINUTE)
    later.add('c', 1_000)
    await clock.advance(1_000)
    // what was looked at is noted again, as long as it is held
    later.add('d', 2_000)
    later.add('e', 3_000)
    await clock.advance(MINUTE - 1)
    expect(told).toEqual([[1_000, 'all']])
    await clock.advance(1)
    expect(told.slice(1)).toEqual([[1_000 + MINUTE, 'all']])
  })
})
