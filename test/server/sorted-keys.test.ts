import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createSortedKeys } from '#server/db/sorted-keys.ts'

test('law: every key comes once and in order, however many runs there were', () => {
  const key = fc.integer({ min: 0, max: 30_000 }).map((n) => `key-${n}`)
  fc.assert(
    fc.property(fc.array(key, { maxLength: 200 }), fc.integer({ min: 0, max: 3 }), (keys, copies) => {
      const all = Array.from({ length: copies * 60 + 1 }, () => keys).flat()
      const sorted = createSortedKeys()
      for (let from = 0; from < all.length; from += 700) sorted.add(all.slice(from, from + 700))
      const taken = [...sorted.chunks(64)]
      const expected = [...new Set(all)].toSorted((a, b) => (a < b ? -1 : 1))
      expect(taken.flat()).toEqual(expected)
      expect(taken.slice(0, -1).every((chunk) => chunk.length === 64)).toBe(true)
      expect(sorted.repeated()).toBe(all.length - expected.length)
    }),
    { numRuns: 60 },
  )
})

test('nothing gives nothing', () => {
  const sorted = createSortedKeys()
  expect([...sorted.chunks(10)]).toEqual([])
  expect(sorted.repeated()).toBe(0)
})
