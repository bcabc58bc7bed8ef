import { expect, test } from 'vitest'

import { changesInWords, changesOf, keptOf, keptOfJob } from '#domain/changes.ts'

test('what differs is told by its path, and what is the same is not', () => {
  const before = { name: 'Night', policy: { concurrency: 300, halt: { rate: 20 }, waves: [{ upToPercent: 5 }] } }
  const after = { name: 'Night', policy: { concurrency: 10, halt: null, waves: [{ upToPercent: 10 }] } }
  expect(changesOf({ before, after })).toEqual([
    { field: 'policy.concurrency', before: '300', after: '10' },
    { field: 'policy.halt.rate', before: '20', after: null },
    { field: 'policy.waves', before: '[{"upToPercent":5}]', after: '[{"upToPercent":10}]' },
  ])
  expect(changesInWords(changesOf({ before: { name: 'Old' }, after: { name: 'New', text: 'x' } }))).toBe(
    'name: Old -> New; text: (none) -> x',
  )
})

test('what was made has no before, what was deleted no after, and of other lines nothing is told', () => {
  expect(changesOf({ after: { name: 'New' } })).toEqual([{ field: 'name', before: null, after: 'New' }])
  expect(changesOf({ before: { name: 'Old' } })).toEqual([{ field: 'name', before: 'Old', after: null }])
  expect([changesOf({}), changesOf({ before: 'x', after: [1] })]).toEqual([[], []])
})

test('of a thing what a person gave it is kept, never its secret', () => {
  const product = { name: 'Fan', description: '', dynamicActivation: true, tlsRequired: false, productSecret: 's' }
  expect(keptOf('product', product)).toEqual({
    name: 'Fan',
    description: '',
    dynamicActivation: true,
    tlsRequired: false,
  })
  expect(keptOfJob({ scope: { deviceKeys: ['a', 'b'] }, policy: { concurrency: 1 } })).toEqual({
    scope: { deviceKeys: 2 },
    policy: { concurrency: 1 },
  })
})
