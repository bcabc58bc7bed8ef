import { describe, expect, test } from 'vitest'

import { afterDowntime, FALLBACK_MS, GRACE_MS, RESUME_MS } from '#domain/task-deadlines.ts'
import { applyTask, newTask, type SessionFacts, type TaskEvent, type TaskFacts } from '#domain/task.ts'

const TERMS = { targetVersion: '2.0', timeoutMs: 7_200_000, proof: 'reported' } as const
const first = { id: 's1', startedAt: 0 }
const second = { id: 's2', startedAt: 5_000 }

/** Plays events on a fresh task and answers what it became. */
function play(events: TaskEvent[], terms: Parameters<typeof applyTask>[2] = TERMS, from = newTask('1.0')): TaskFacts {
  return events.reduce((task, event) => {
    const outcome = applyTask(task, event, terms)
    return outcome.kind === 'ignored' ? task : outcome.task
  }, from)
}

const dispatch = { type: 'dispatch', at: 1_000, sourceVersion: '1.0', sessionId: 's1' } as const
const offer = { type: 'offer', at: 1_000, sourceVersion: '1.0' } as const
const progress = (step: number, at = 2_000, session = first, text = '') =>
  ({ type: 'progress', at, step, text, session }) as const
const inform = (version: string, at = 6_000, session: SessionFacts = second, latest = true) =>
  ({ type: 'inform', at, version, session, latest }) as const
const reply = (code: number, ours = true) => ({ type: 'reply', at: 2_000, code, text: '', ours }) as const
const deadline = (at: number) => ({ type: 'deadline', at }) as const

const published = play([dispatch])
const offered = play([offer])
const upgrading = play([dispatch, progress(40)])
const installed = play([dispatch, progress(40), progress(100, 3_000)])
const failed = play([dispatch, progress(-2)])

describe('the task table, row by row', () => {
  const rows: [sentence: string, from: TaskFacts, event: TaskEvent, expected: Partial<TaskFacts>][] = [
    [
      'a push publishes',
      newTask('1.0'),
      dispatch,
      { status: 'published', via: 'push', pushes: 1, deadlineKind: 'answer', deadlineAt: 7_201_000 },
    ],
    [
      'an answer to getversion publishes via request',
      newTask('1.0'),
      offer,
      { status: 'published', via: 'request', deadlineKind: 'offer' },
    ],
    [
      'the target by other means is success without evidence',
      newTask('1.0'),
      inform('2.0'),
      { status: 'succeeded', alreadyThere: true },
    ],
    [
      'a job that ends skips who waits',
      newTask('1.0'),
      { type: 'skip', at: 1, reason: 'jobEnded' },
      { status: 'skipped', skipReason: 'jobEnded' },
    ],
    [
      'a person cancels who waits',
      newTask('1.0'),
      { type: 'cancel', at: 1 },
      { status: 'skipped', skipReason: 'cancelled' },
    ],
    [
      'a person cancels who was pushed',
      published,
      { type: 'cancel', at: 2_000 },
      { status: 'skipped', skipReason: 'cancelled', deadlineAt: null },
    ],
    [
      'back with the old version and silent: pushed again, the clock runs on',
      published,
      inform('1.0'),
      { status: 'published', pushes: 2, pushSessionId: 's2', deadlineAt: 7_201_000 },
    ],
    [
      'in the old session, which had gone silent since the push: pushed again',
      published,
      inform('1.0', 6_000, { ...first, resumedAt: 5_500 }),
      { status: 'published', pushes: 2, pushedAt: 6_000, pushSessionId: 's1' },
    ],
    ['pushed and silent for the timeout', published, deadline(7_201_000), { status: 'failed', failure: 'noAnswer' }],
    [
      'offered and silent for the timeout: the offer lapses',
      offered,
      deadline(7_201_000),
      { status: 'init', via: null, failure: null, attempt: 1, deadlineAt: null },
    ],
    [
      'progress enters upgrading, the clock starts anew',
      published,
      progress(0),
      { status: 'upgrading', upgradingAt: 2_000, deadlineAt: 7_202_000, deadlineKind: 'finish' },
    ],
    [
      'progress 100 waits for the restart',
      upgrading,
      progress(100, 3_000),
      { status: 'upgrading', installed: true, installedAt: 3_000 },
    ],
    ['progress 100 straight after the push too', published, progress(100), { status: 'upgrading', installed: true }],
    ['code -1 is an undefined failure', upgrading, progress(-1), { status: 'failed', failure: 'undefined' }],
    [
      'code -2 is a download failure',
      published,
      progress(-2, 2_000, first, 'no route'),
      { failure: 'download', failureText: 'no route' },
    ],
    ['code -3 is a verification failure', upgrading, progress(-3), { failure: 'verification' }],
    ['code -4 is a writing failure', upgrading, progress(-4), { failure: 'writing' }],
    ['code -5 is the device’s own refusal', published, progress(-5), { failure: 'refused' }],
    ['an answer other than 200 was not taken', published, reply(1101), { status: 'failed', failure: 'pushNotTaken' }],
    [
      'the target in a later session proves a restart',
      upgrading,
      inform('2.0'),
      { status: 'succeeded', proof: 'restarted', late: false },
    ],
    [
      'the target in the same session is only reported',
      upgrading,
      inform('2.0', 6_000, first),
      { status: 'succeeded', proof: 'reported' },
    ],
    [
      'the target after the push alone succeeds too',
      published,
      inform('2.0'),
      { status: 'succeeded', proof: 'restarted' },
    ],
    [
      'back in mid-way with the old version: ten minutes',
      upgrading,
      inform('1.0'),
      { status: 'upgrading', deadlineKind: 'resume', deadlineAt: 6_000 + RESUME_MS },
    ],
    [
      'installed and back with the old version: two minutes',
      installed,
      inform('1.0'),
      { status: 'upgrading', deadlineKind: 'fallback', deadlineAt: 6_000 + FALLBACK_MS },
    ],
    [
      'a third version fails',
      upgrading,
      inform('1.7'),
      { status: 'failed', failure: 'otherVersion', failureText: '1.7' },
    ],
    ['a third version fails a pushed one too', published, inform('1.7'), { status: 'failed', failure: 'otherVersion' }],
    ['upgrading past its timeout', upgrading, deadline(7_202_000), { status: 'failed', failure: 'timedOut' }],
    ['late success of a failed one', failed, inform('2.0'), { status: 'succeeded', late: true, failure: null }],
    [
      'late success of one that was cancelled after the push',
      play([dispatch, { type: 'cancel', at: 3_000 }]),
      inform('2.0'),
      { status: 'succeeded', late: true, alreadyThere: false },
    ],
    [
      'late success of one that waits for its next attempt',
      play([{ type: 'retry', at: 9_000, retryAt: 90_000 }], TERMS, failed),
      inform('2.0', 10_000),
      { status: 'succeeded', late: true, alreadyThere: false },
    ],
    [
      'the target by other means, of one that was never told of the firmware',
      play([
        { type: 'fileMissing', at: 1 },
        { type: 'retry', at: 2 },
      ]),
      inform('2.0'),
      { status: 'succeeded', late: false, alreadyThere: true },
    ],
    [
      'a retry begins the next attempt and settles',
      failed,
      { type: 'retry', at: 9_000 },
      { status: 'init', attempt: 2, progress: null, failure: null, previous: 'download', settlesAt: 62_000 },
    ],
    [
      'who an edit left out comes back when another matches',
      play([{ type: 'skip', at: 1, reason: 'noLongerMatches' }]),
      { type: 'rejoin', at: 2, sourceVersion: '1.1' },
      { status: 'init', skipReason: null, attempt: 1, sourceVersion: '1.1' },
    ],
    [
      'who a person cancelled does not',
      play([{ type: 'cancel', at: 1 }]),
      { type: 'rejoin', at: 2, sourceVersion: '1.1' },
      { status: 'skipped', skipReason: 'cancelled' },
    ],
    [
      'a file that is gone fails',
      newTask('1.0'),
      { type: 'fileMissing', at: 1 },
      { status: 'failed', failure: 'fileMissing' },
    ],
  ]
  test.each(rows)('%s', (_sentence, from, event, expected) => {
    expect(play([event], TERMS, from)).toMatchObject(expected)
  })
})

test('a push is repeated at most five times in an attempt, and only for a new session', () => {
  const informs = Array.from({ length: 9 }, (_, i) => inform('1.0', 6_000 + i, { id: `n${i}`, startedAt: 6_000 + i }))
  const outcomes = informs.map((event, i) => applyTask(play([dispatch, ...informs.slice(0, i)]), event, TERMS))
  expect(outcomes.filter((outcome) => outcome.kind === 'changed' && outcome.push)).toHaveLength(4)
  expect(play([dispatch, ...informs]).pushes).toBe(5)
  expect(applyTask(published, inform('1.0', 2_000, first), TERMS).kind).toBe('ignored')
})

test('progress after a return takes the shortened deadline back', () => {
  expect(play([dispatch, progress(40), inform('1.0'), progress(50, 7_000, second)])).toMatchObject({
    deadlineKind: 'finish',
    deadlineAt: 7_202_000,
  })
  expect(play([inform('1.0'), deadline(6_000 + RESUME_MS)], TERMS, upgrading)).toMatchObject({ failure: 'interrupted' })
  expect(play([inform('1.0'), deadline(6_000 + FALLBACK_MS - 1)], TERMS, installed)).toMatchObject({
    status: 'upgrading',
  })
  expect(play([inform('1.0'), deadline(6_000 + FALLBACK_MS)], TERMS, installed)).toMatchObject({ failure: 'fellBack' })
})

test('a policy may ask that the restart is proven', () => {
  const terms = { ...TERMS, proof: 'restarted' } as const
  expect(play([inform('2.0', 6_000, first)], terms, upgrading).status).toBe('upgrading')
  expect(play([inform('2.0', 6_000, first), inform('2.0')], terms, upgrading)).toMatchObject({
    status: 'succeeded',
    proof: 'restarted',
  })
})

test('only the device’s latest task can succeed late', () => {
  expect(applyTask(failed, inform('2.0', 6_000, second, false), TERMS).kind).toBe('ignored')
})

test('a retried task settles by a new session, or by a minute of silence', () => {
  const retried = play([{ type: 'retry', at: 9_000 }], TERMS, failed)
  expect(play([inform('1.0')], TERMS, retried).settlesAt).toBeNull()
  expect(play([inform('1.0', 6_000, first)], TERMS, retried).settlesAt).toBe(62_000)
  expect(play([progress(60, 30_000)], TERMS, retried)).toMatchObject({ settlesAt: 90_000, status: 'init', strays: 1 })
})

test('reports that belong nowhere are counted, at most a hundred times', () => {
  const done = play([dispatch, inform('2.0')])
  expect(
    play(
      Array.from({ length: 150 }, () => progress(10)),
      TERMS,
      done,
    ),
  ).toMatchObject({ status: 'succeeded', strays: 100 })
})

test('an answer to an older command is not an answer to this one', () => {
  expect(applyTask(published, reply(500, false), TERMS)).toMatchObject({ kind: 'stray' })
  expect(applyTask(published, reply(200), TERMS).kind).toBe('ignored')
})

test('downtime fails nobody', () => {
  expect(afterDowntime(1_000, 50_000)).toBe(50_000 + GRACE_MS)
  expect(afterDowntime(50_000 + GRACE_MS + 1, 50_000)).toBe(50_000 + GRACE_MS + 1)
})
