import { describe, expect, test } from 'vitest'

import { JobState, Policy, type JobCounts } from '#contract/manage/jobs.ts'
import { canDeleteFirmware, canVerifyWith } from '#domain/can.ts'
import { decide, GATES, type GateFacts } from '#domain/gates.ts'
import { allFinal, JOB_TABLE, jobCan, nextJobState, percentDone, type JobEvent, type JobFacts } from '#domain/job.ts'
import { chooser, excludedBy } from '#domain/targeting.ts'
import { verificationState } from '#domain/verification.ts'

const counts = (some: Partial<JobCounts> = {}): JobCounts => ({
  init: 0,
  published: 0,
  upgrading: 0,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  ...some,
})
const job = (some: Partial<JobFacts> = {}): JobFacts => ({
  type: 'upgrade',
  state: 'stopped',
  counts: counts({ init: 3 }),
  firmware: { deleted: false, verificationState: 'verified' },
  ...some,
})

describe('the job table', () => {
  const events: JobEvent[] = ['start', 'stop', 'end', 'allFinal', 'retried']
  const pairs = JobState.options.flatMap((state) =>
    events.map((event) => [state, event, JOB_TABLE[state][event]] as const),
  )
  const possible: Record<string, string> = {
    'stopped start': 'started',
    'stopped end': 'completed',
    'started stop': 'stopped',
    'started end': 'completed',
    'started allFinal': 'completed',
    'halted stop': 'stopped',
    'halted end': 'completed',
    'completed retried': 'started',
  }
  test.each(pairs)('%s and %s', (state, event) => {
    expect(nextJobState(state, event)).toBe(possible[`${state} ${event}`])
  })
})

test('a refusal has words and the number that EnOS gives it', () => {
  expect(jobCan.start(job({ state: 'started' }))).toMatchObject({ enosCode: 24615 })
  expect(jobCan.stop(job({ state: 'stopped' }))).toMatchObject({ enosCode: 24616 })
  expect(jobCan.stop(job({ state: 'completed' }))).toMatchObject({ enosCode: 24617 })
  expect(jobCan.delete(job({ state: 'started' }))).toMatchObject({ enosCode: 24618 })
  expect(jobCan.delete(job({ counts: counts({ published: 2 }) }))).toMatchObject({ code: 'tasks_under_way' })
  expect(jobCan.cancel(job({ counts: counts({ failed: 1 }) }))).toMatchObject({ enosCode: 24620 })
  expect(jobCan.retry(job({ state: 'completed', counts: counts({ succeeded: 1 }) }))).toMatchObject({ enosCode: 24621 })
  expect(jobCan.start(job())).toBe(true)
  expect(jobCan.delete(job())).toBe(true)
})

test('an upgrade starts only with firmware that is verified or needs no verification', () => {
  const started = (verificationState: JobFacts['firmware']['verificationState']) =>
    jobCan.start(job({ firmware: { deleted: false, verificationState } }))
  expect(started('verified')).toBe(true)
  expect(started('notRequired')).toBe(true)
  for (const state of ['notVerified', 'verifying', 'verificationFailed'] as const)
    expect(started(state)).toMatchObject({ code: 'firmware_not_verified' })
  expect(jobCan.start(job({ type: 'verify', firmware: { deleted: false, verificationState: 'notVerified' } }))).toBe(
    true,
  )
  expect(jobCan.start(job({ firmware: { deleted: true, verificationState: 'verified' } }))).toMatchObject({
    code: 'firmware_deleted',
  })
})

test('percentages never round up to 100 and leave the skipped out', () => {
  expect(percentDone(counts({ succeeded: 999, init: 1 }))).toBe(99)
  expect(percentDone(counts({ succeeded: 2, skipped: 5 }))).toBe(100)
  expect(percentDone(counts())).toBe(0)
  expect(allFinal(counts({ succeeded: 1, failed: 2 }))).toBe(true)
  expect(allFinal(counts({ upgrading: 1 }))).toBe(false)
})

test('verification follows the newest job that was started', () => {
  const rule = { required: true, minSuccess: 2 }
  expect(verificationState({ required: false, minSuccess: 1 }, null, 'notVerified')).toBe('notRequired')
  expect(verificationState(rule, null, 'notVerified')).toBe('notVerified')
  expect(verificationState(rule, { successes: 0, open: 2 }, 'notVerified')).toBe('verifying')
  expect(verificationState(rule, { successes: 1, open: 1 }, 'verificationFailed')).toBe('verifying')
  expect(verificationState(rule, { successes: 2, open: 3 }, 'verifying')).toBe('verified')
  expect(verificationState(rule, { successes: 1, open: 0 }, 'verified')).toBe('verificationFailed')
  // a re-verification that is under way takes nothing away
  expect(verificationState(rule, { successes: 0, open: 2 }, 'verified')).toBe('verified')
})

test('a verification takes chosen devices, and few', () => {
  expect(canVerifyWith(0, 5)).toMatchObject({ code: 'no_devices_chosen' })
  expect(canVerifyWith(5, 5)).toBe(true)
  expect(canVerifyWith(6, 5)).toMatchObject({ title: expect.stringContaining('at most 5') })
  expect(canDeleteFirmware(0)).toBe(true)
  expect(canDeleteFirmware(2)).toMatchObject({ enosCode: 24604 })
})

test('a scope says why it leaves a device out', () => {
  const scope = { versions: ['1.3', '1.4'], deviceKeys: [] }
  const device = { deviceKey: 'fan-1', enabled: true, reportedVersion: '1.3' }
  expect(excludedBy(scope, device, '1.5')).toBeNull()
  expect(excludedBy(scope, { ...device, reportedVersion: null }, '1.5')).toBe('noVersion')
  expect(excludedBy(scope, { ...device, reportedVersion: '1.5' }, '1.5')).toBe('atTarget')
  expect(excludedBy(scope, { ...device, reportedVersion: '1.2' }, '1.5')).toBe('otherVersion')
  expect(excludedBy(scope, { ...device, enabled: false }, '1.5')).toBe('disabled')
  const chooses = chooser({ versions: [], deviceKeys: ['fan-1'] })
  expect([chooses('fan-1'), chooses('fan-2'), chooser(scope)('any')]).toEqual([true, false, true])
})

describe('the chain of gates', () => {
  const open: GateFacts = {
    now: 10_000,
    job: { state: 'started', policy: Policy.parse({ concurrency: 2 }), versions: ['1.3'], targetVersion: '1.5' },
    device: { enabled: true, reportedVersion: '1.3', reachable: true },
    task: { settlesAt: null },
    busyWith: null,
    underWay: 1,
  }
  const closed: [string, GateFacts][] = [
    ['jobStarted', { ...open, job: { ...open.job, state: 'stopped' } }],
    ['deviceEnabled', { ...open, device: { ...open.device, enabled: false } }],
    ['versionReported', { ...open, device: { ...open.device, reportedVersion: null } }],
    ['notAtTarget', { ...open, device: { ...open.device, reportedVersion: '1.5' } }],
    ['sourceVersion', { ...open, device: { ...open.device, reportedVersion: '1.2' } }],
    ['notBusy', { ...open, busyWith: 'Other job' }],
    ['settled', { ...open, task: { settlesAt: 70_000 } }],
    ['reachable', { ...open, device: { ...open.device, reachable: false } }],
    ['concurrency', { ...open, underWay: 2 }],
  ]
  test('goes when every gate is open', () => expect(decide(open)).toEqual({ go: true }))
  test.each(closed)('%s holds by itself', (gate, facts) => expect(decide(facts)).toMatchObject({ go: false, gate }))
  test('covers every gate, in order', () => expect(closed.map(([name]) => name)).toEqual(GATES.map(({ name }) => name)))
  test('tells the first that holds, and when it opens where that is known', () => {
    expect(decide({ ...open, busyWith: 'B', underWay: 9 })).toMatchObject({ gate: 'notBusy', opensAt: null })
    expect(decide({ ...open, task: { settlesAt: 70_000 } })).toMatchObject({ opensAt: 70_000 })
  })
})
