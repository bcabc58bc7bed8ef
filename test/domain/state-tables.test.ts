import { describe, expect, test } from 'vitest'

import type { JobState, TaskStatus } from '#contract/manage/jobs.ts'
import { nextJobState, type JobEvent } from '#domain/job.ts'
import { applyTask, newTask, type TaskEvent, type TaskFacts } from '#domain/task.ts'

/*
 * Both tables of the domain with every pair of a state and an event, the impossible ones too. The types ask for all of
 * them: a state or an event that is added has to be given its row or column here before anything compiles.
 */

describe('the job table', () => {
  const no = undefined
  const TABLE: Record<JobState, Record<JobEvent, JobState | undefined>> = {
    stopped: {
      start: 'started',
      startAsked: 'awaitingApproval',
      approve: no,
      giveBack: no,
      stop: no,
      halt: no,
      resume: no,
      end: 'completed',
      allFinal: no,
      retried: no,
    },
    awaitingApproval: {
      start: no,
      startAsked: no,
      approve: 'started',
      giveBack: 'stopped',
      stop: no,
      halt: no,
      resume: no,
      end: no,
      allFinal: no,
      retried: no,
    },
    started: {
      start: no,
      startAsked: no,
      approve: no,
      giveBack: no,
      stop: 'stopped',
      halt: 'halted',
      resume: no,
      end: 'completed',
      allFinal: 'completed',
      retried: no,
    },
    halted: {
      start: no,
      startAsked: no,
      approve: no,
      giveBack: no,
      stop: 'stopped',
      halt: no,
      resume: 'started',
      end: 'completed',
      allFinal: no,
      retried: no,
    },
    completed: {
      start: no,
      startAsked: no,
      approve: no,
      giveBack: no,
      stop: no,
      halt: no,
      resume: no,
      end: no,
      allFinal: no,
      retried: 'started',
    },
  }
  const pairs = Object.entries(TABLE).flatMap(([state, row]) =>
    Object.entries(row).map(([event, next]) => [state as JobState, event as JobEvent, next] as const),
  )

  test.each(pairs)('%s and %s gives %s', (state, event, next) => {
    expect(nextJobState(state, event)).toBe(next)
  })
})

describe('the task table', () => {
  const TERMS = { targetVersion: '2.0', timeoutMs: 7_200_000, proof: 'reported' } as const
  const before = { id: 's1', startedAt: 0 }
  const after = { id: 's2', startedAt: 5_000 }
  type Type = TaskEvent['type']

  /** Of each kind the event that changes most. */
  const EVENTS: { [T in Type]: Extract<TaskEvent, { type: T }> } = {
    dispatch: { type: 'dispatch', at: 1_000, sourceVersion: '1.0', sessionId: 's1' },
    offer: { type: 'offer', at: 1_000, sourceVersion: '1.0' },
    progress: { type: 'progress', at: 2_000, step: 10, text: '', session: before },
    reply: { type: 'reply', at: 2_000, code: 500, text: '', ours: true },
    inform: { type: 'inform', at: 6_000, version: '2.0', session: after, latest: true },
    deadline: { type: 'deadline', at: Number.MAX_SAFE_INTEGER },
    cancel: { type: 'cancel', at: 3_000 },
    retry: { type: 'retry', at: 9_000 },
    skip: { type: 'skip', at: 3_000, reason: 'superseded' },
    rejoin: { type: 'rejoin', at: 4_000, sourceVersion: '1.0' },
    fileMissing: { type: 'fileMissing', at: 3_000 },
  }
  const play = (...types: Type[]): TaskFacts =>
    types.reduce((task, type) => {
      const outcome = applyTask(task, EVENTS[type], TERMS)
      return outcome.kind === 'ignored' ? task : outcome.task
    }, newTask('1.0'))

  /** A task in each state, and beside it those whose past makes a difference. */
  const TASKS: Record<TaskStatus | 'offered' | 'cancelled' | 'leftOut', TaskFacts> = {
    init: newTask('1.0'),
    published: play('dispatch'),
    offered: play('offer'),
    upgrading: play('dispatch', 'progress'),
    succeeded: play('dispatch', 'inform'),
    failed: play('dispatch', 'reply'),
    skipped: play('skip'),
    cancelled: play('cancel'),
    leftOut: { ...play('skip'), skipReason: 'noLongerMatches' },
  }

  /** What becomes of it: a state; `counted`, where only the stray report is; nothing. */
  const no = 'nothing'
  const counted = 'counted'
  const over = {
    dispatch: no,
    offer: no,
    progress: counted,
    reply: counted,
    deadline: no,
    cancel: no,
    skip: no,
    rejoin: no,
    fileMissing: no,
  } as const
  const TABLE: Record<keyof typeof TASKS, Record<Type, TaskStatus | typeof no | typeof counted>> = {
    init: {
      dispatch: 'published',
      offer: 'published',
      progress: counted,
      reply: counted,
      inform: 'succeeded',
      deadline: no,
      cancel: 'skipped',
      retry: no,
      skip: 'skipped',
      rejoin: no,
      fileMissing: 'failed',
    },
    published: {
      dispatch: no,
      offer: no,
      progress: 'upgrading',
      reply: 'failed',
      inform: 'succeeded',
      deadline: 'failed',
      cancel: 'skipped',
      retry: no,
      skip: no,
      rejoin: no,
      fileMissing: 'failed',
    },
    offered: {
      dispatch: no,
      offer: no,
      progress: 'upgrading',
      reply: 'failed',
      inform: 'succeeded',
      deadline: 'init',
      cancel: 'skipped',
      retry: no,
      skip: no,
      rejoin: no,
      fileMissing: 'failed',
    },
    upgrading: {
      dispatch: no,
      offer: no,
      progress: 'upgrading',
      reply: 'failed',
      inform: 'succeeded',
      deadline: 'failed',
      cancel: no,
      retry: no,
      skip: no,
      rejoin: no,
      fileMissing: 'failed',
    },
    succeeded: { ...over, inform: no, retry: no },
    failed: { ...over, inform: 'succeeded', retry: 'init' },
    skipped: { ...over, inform: 'succeeded', retry: no },
    cancelled: { ...over, inform: 'succeeded', retry: 'init' },
    leftOut: { ...over, inform: 'succeeded', retry: no, rejoin: 'init' },
  }
  const pairs = Object.entries(TABLE).flatMap(([task, row]) =>
    Object.entries(row).map(([event, next]) => [task as keyof typeof TASKS, event as Type, next] as const),
  )

  test.each(pairs)('%s and %s gives %s', (task, event, next) => {
    const outcome = applyTask(TASKS[task], EVENTS[event], TERMS)
    const became = { ignored: () => no, stray: () => counted, changed: (facts: TaskFacts) => facts.status }
    expect(outcome.kind === 'changed' ? became.changed(outcome.task) : became[outcome.kind]()).toBe(next)
  })

  test('what changes nothing leaves no trace, and a stray report its count and that the device is still at work', () => {
    for (const [name, event] of pairs) {
      const task = TASKS[name]
      const outcome = applyTask(task, EVENTS[event], TERMS)
      const lastReportAt =
        event === 'progress' && /failed|skipped|cancelled|leftOut/.test(name) ? 2_000 : task.lastReportAt
      if (outcome.kind === 'stray') expect(outcome.task).toEqual({ ...task, strays: task.strays + 1, lastReportAt })
      else if (outcome.kind === 'ignored') expect(outcome).toEqual({ kind: 'ignored' })
    }
  })

  test('no event changes the task that it is given', () => {
    for (const [name, event] of pairs) {
      const task = TASKS[name]
      const copy = structuredClone(task)
      applyTask(task, EVENTS[event], TERMS)
      expect(task).toEqual(copy)
    }
  })
})
