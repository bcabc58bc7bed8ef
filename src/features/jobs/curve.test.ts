import { expect, test } from 'vitest'

import type { JobCounts } from '#contract/manage/jobs.ts'

import { heightOf, outlines, some, type Moment } from './curve.ts'
import { firstTab } from './TaskTabs.tsx'

const counts = (some: Partial<JobCounts>): JobCounts => ({
  init: 0,
  published: 0,
  upgrading: 0,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  ...some,
})
const BOX = { width: 100, height: 100 }

test('layers stand on each other by steps, and what waits is the room above', () => {
  const moments: Moment[] = [
    { at: 0, counts: counts({ init: 4 }) },
    { at: 50, counts: counts({ init: 2, succeeded: 1, upgrading: 1 }) },
    { at: 100, counts: counts({ init: 2, succeeded: 1, failed: 1 }) },
  ]
  const paths = outlines(moments, BOX)
  expect(heightOf(moments)).toBe(4)
  expect(paths.succeeded).toBe('M0 100L50 100L50 75L100 75L100 75L100 100L100 100L50 100L50 100L0 100Z')
  expect(paths.underWay).toContain('50 50')
})

test('a table has the first and the last moment and no more rows than can be read', () => {
  const moments = Array.from({ length: 200 }, (_, at): Moment => ({ at, counts: counts({}) }))
  const rows = some(moments, 12).map(({ at }) => at)
  expect(rows).toHaveLength(12)
  expect([rows[0], rows.at(-1)]).toEqual([0, 199])
  expect(some(moments.slice(0, 3), 12)).toHaveLength(3)
})

test.each([
  ['started', counts({ init: 5, upgrading: 2 }), 'init'],
  ['started', counts({ upgrading: 2, succeeded: 9 }), 'upgrading'],
  ['started', counts({ succeeded: 9, failed: 1 }), 'failed'],
  ['halted', counts({ init: 5, failed: 2 }), 'failed'],
  ['completed', counts({ succeeded: 9 }), 'succeeded'],
  ['completed', counts({ skipped: 9 }), 'skipped'],
  ['stopped', counts({}), 'init'],
] as const)('a job that is %s with %o opens on %s', (state, shown, tab) => {
  expect(firstTab({ state, counts: shown })).toBe(tab)
})
