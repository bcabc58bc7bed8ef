import fc from 'fast-check'
import { expect, test } from 'vitest'

import { applyTask, isFinal, isOpen, newTask, type TaskEvent, type TaskFacts, type TaskTerms } from '#domain/task.ts'

const version = fc.constantFrom('1.0', '2.0', '3.0')
const session = fc.record({ id: fc.constantFrom('s1', 's2', 's3'), startedAt: fc.integer({ min: 0, max: 100_000 }) })
const at = fc.integer({ min: 0, max: 10_000_000 })
const report: fc.Arbitrary<TaskEvent> = fc.oneof(
  fc.record({
    type: fc.constant('progress' as const),
    at,
    step: fc.integer({ min: -5, max: 100 }),
    text: fc.string(),
    session,
  }),
  fc.record({
    type: fc.constant('reply' as const),
    at,
    code: fc.constantFrom(200, 500, 1101),
    text: fc.string(),
    ours: fc.boolean(),
  }),
  fc.record({ type: fc.constant('inform' as const), at, version, session, latest: fc.boolean() }),
)
const act: fc.Arbitrary<TaskEvent> = fc.oneof(
  fc.record({
    type: fc.constant('dispatch' as const),
    at,
    sourceVersion: fc.constant('1.0'),
    sessionId: fc.constantFrom('s1', null),
  }),
  fc.record({ type: fc.constant('offer' as const), at, sourceVersion: fc.constant('1.0') }),
  fc.record({ type: fc.constant('deadline' as const), at }),
  fc.record({ type: fc.constantFrom('cancel' as const, 'retry' as const, 'fileMissing' as const), at }),
  fc.record({
    type: fc.constant('skip' as const),
    at,
    reason: fc.constantFrom('superseded' as const, 'jobEnded' as const, 'noLongerMatches' as const),
  }),
  fc.record({ type: fc.constant('rejoin' as const), at, sourceVersion: fc.constant('1.0') }),
)
const terms: fc.Arbitrary<TaskTerms> = fc.record({
  targetVersion: fc.constant('2.0'),
  timeoutMs: fc.constantFrom(300_000, 7_200_000),
  proof: fc.constantFrom('reported' as const, 'restarted' as const),
})
const history = fc.array(fc.oneof(report, act), { maxLength: 40 })

/** Every step of a random history: before, event, after. */
function steps(events: TaskEvent[], how: TaskTerms): { before: TaskFacts; event: TaskEvent; after: TaskFacts }[] {
  let task = newTask('1.0')
  return events.map((event) => {
    const before = task
    const outcome = applyTask(before, event, how)
    if (outcome.kind !== 'ignored') task = outcome.task
    return { before, event, after: task }
  })
}

test('law: a final task leaves its state only by a retry, a late success or an edit that matches it again', () => {
  fc.assert(
    fc.property(history, terms, (events, how) => {
      for (const { before, event, after } of steps(events, how)) {
        if (!isFinal(before) || before.status === after.status) continue
        const retried = event.type === 'retry' && after.status === 'init' && before.status !== 'succeeded'
        const late = event.type === 'inform' && event.latest && event.version === '2.0' && after.late
        const matched = event.type === 'rejoin' && before.skipReason === 'noLongerMatches' && after.status === 'init'
        expect(retried || late || matched).toBe(true)
      }
    }),
  )
})

test('law: every open task has a deadline, and its deadline ends it', () => {
  fc.assert(
    fc.property(history, terms, (events, how) => {
      for (const { after } of steps(events, how)) {
        expect(after.deadlineAt === null).toBe(!isOpen(after))
        if (!isOpen(after)) continue
        const outcome = applyTask(after, { type: 'deadline', at: after.deadlineAt ?? 0 }, how)
        expect(outcome.kind === 'changed' && !isOpen(outcome.task)).toBe(true)
      }
    }),
  )
})

test('law: progress alone never succeeds', () => {
  fc.assert(
    fc.property(history, terms, (events, how) => {
      for (const { before, event, after } of steps(events, how))
        if (after.status === 'succeeded' && before.status !== 'succeeded') expect(event.type).toBe('inform')
    }),
  )
})

test('law: the same report twice is the same as once, but for the count of strays', () => {
  const without = ({ strays: _strays, ...task }: TaskFacts) => task
  fc.assert(
    fc.property(history, terms, report, (events, how, last) => {
      const once = steps([...events, last], how).at(-1)?.after
      const twice = steps([...events, last, last], how).at(-1)?.after
      expect(once && without(once)).toEqual(twice && without(twice))
    }),
  )
})
