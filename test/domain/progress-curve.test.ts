import { describe, expect, test } from 'vitest'

import { curveOf, MOST_POINTS, slotOf, type ProgressPoint } from '#domain/progress-curve.ts'

const BEGAN = Date.UTC(2026, 0, 5, 1)
const SECOND = 1_000
const HOUR = 3_600 * SECOND
const point = (at: number, succeeded: number): ProgressPoint => ({
  at,
  counts: { init: 0, published: 0, upgrading: 0, succeeded, failed: 0, skipped: 0 },
})

describe('the slot of a moment', () => {
  test.each([
    ['the start itself', 0, 0],
    ['the first second', 1, SECOND],
    ['a moment of the first minutes', 61_001, 62 * SECOND],
    ['the first hour', 1_800 * SECOND + 1, 1_810 * SECOND],
    ['the first day', 5 * HOUR + 1, 5 * HOUR + 60 * SECOND],
    ['a month later', 700 * HOUR + 1, 700 * HOUR + 600 * SECOND],
    ['a clock that went back', -5 * SECOND, 0],
  ])('%s', (_what, age, slot) => {
    expect(slotOf(BEGAN, BEGAN + age)).toBe(BEGAN + slot)
  })

  test('a month keeps some thousand of them', () => {
    const slots = new Set<number>()
    for (let age = 0; age <= 30 * 24 * HOUR; age += SECOND) slots.add(slotOf(BEGAN, BEGAN + age))
    expect(slots.size).toBeLessThan(7_000)
  })
})

describe('the points of a chart', () => {
  test('are at most 200, keep the first, and end as things stand', () => {
    const points = Array.from({ length: 5_000 }, (_, n) => point(BEGAN + n * SECOND, n))
    const curve = curveOf(points, point(BEGAN + 5_000 * SECOND, 5_000))
    expect(curve.length).toBeLessThanOrEqual(MOST_POINTS)
    expect(curve.length).toBeGreaterThan(MOST_POINTS / 2)
    expect(curve[0]).toEqual(points[0])
    expect(curve.at(-1)?.counts.succeeded).toBe(5_000)
    const times = curve.map(({ at }) => at)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  test('are one where nothing is known of before', () => {
    const end = point(BEGAN, 3)
    expect(curveOf([], end)).toEqual([end])
  })

  test('are one where nothing happened, however long the job has been there', () => {
    const end = point(BEGAN + 5 * SECOND, 3)
    expect(curveOf([point(BEGAN, 3), point(BEGAN + 2 * SECOND, 3)], end)).toEqual([end])
    expect(curveOf([point(BEGAN, 3), point(BEGAN + 2 * SECOND, 4)], end)).toHaveLength(3)
  })

  test('leave out a slot that ends after the job did', () => {
    const end = point(BEGAN + 500, 3)
    expect(curveOf([point(BEGAN, 0), point(BEGAN + SECOND, 3)], end)).toEqual([point(BEGAN, 0), end])
  })
})
