import { describe, expect, test } from 'vitest'

import { Scope, type JobCounts } from '#contract/manage/jobs.ts'
import { Policy } from '#contract/manage/policies.ts'
import { canDeleteFirmware, canVerifyWith, mayActOn, nothingDone, NOTHING_TO } from '#domain/can.ts'
import { decide, GATES, type GateFacts } from '#domain/gates.ts'
import { allFinal, jobCan, mayApprove, percentDone, type JobAct, type JobFacts } from '#domain/job.ts'
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
  phase: 'ready',
  counts: counts({ init: 3 }),
  firmware: { deleted: false, verificationState: 'verified' },
  ...some,
})

test('a job that is not whole yet, or not any more, lets nothing be done to it', () => {
  for (const [phase, title] of [
    ['making', 'The job is still being made: its devices are being put in. Wait a moment.'],
    ['editing', 'The job is being edited: its devices are being matched again. Wait a moment.'],
    ['deleting', 'The job is being deleted.'],
  ] as const)
    for (const act of Object.keys(jobCan) as JobAct[])
      expect(jobCan[act](job({ phase })), act).toEqual({ code: 'job_not_ready', title })
})

test('a refusal has words and the number that EnOS gives it', () => {
  expect(jobCan.start(job({ state: 'started' }))).toMatchObject({ enosCode: 24615 })
  expect(jobCan.stop(job({ state: 'stopped' }))).toMatchObject({ enosCode: 24616 })
  expect(jobCan.stop(job({ state: 'completed' }))).toMatchObject({ enosCode: 24617 })
  expect(jobCan.delete(job({ state: 'started' }))).toMatchObject({ enosCode: 24618 })
  // what it asks for is an act that such a job has
  expect(jobCan.delete(job({ state: 'awaitingApproval' }))).toMatchObject({
    title: expect.stringContaining('Withdraw'),
  })
  for (const [state, act] of [
    ['stopped', /^Start the job/],
    ['halted', /^Resume the job/],
    ['awaitingApproval', /waits for approval/],
  ] as const)
    expect(jobCan.retry(job({ state, counts: counts({ failed: 1 }) }))).toMatchObject({
      title: expect.stringMatching(act),
      enosCode: 24617,
    })
  expect(jobCan.delete(job({ counts: counts({ published: 2 }) }))).toMatchObject({ code: 'tasks_under_way' })
  expect(jobCan.cancel(job({ counts: counts({ failed: 1 }) }))).toMatchObject({ enosCode: 24620 })
  expect(jobCan.retry(job({ state: 'completed', counts: counts({ succeeded: 1 }) }))).toMatchObject({ enosCode: 24621 })
  expect(jobCan.start(job())).toBe(true)
  expect(jobCan.delete(job())).toBe(true)
})

test('an act on all of a state that no device is in changes none, one on chosen devices is refused', () => {
  const idle = job({ state: 'started', counts: counts({ upgrading: 1 }) })
  const all = { all: true, status: 'init' } as const
  const chosen = { deviceIds: ['a'] }
  expect([mayActOn('cancel', idle, all), nothingDone('cancel', all, true)]).toEqual([true, true])
  expect(mayActOn('cancel', idle, chosen)).toBe(NOTHING_TO.cancel)
  expect(nothingDone('retry', chosen, true)).toBe(NOTHING_TO.retry)
  expect(nothingDone('retry', all, NOTHING_TO.retry)).toBe(NOTHING_TO.retry)
  expect(mayActOn('cancel', job({ state: 'completed' }), all)).toMatchObject({ code: 'job_over' })
})

test('four eyes: who asked cannot approve', () => {
  const waiting = job({ state: 'awaitingApproval' })
  expect(mayApprove(waiting, 'ann', 'ann')).toMatchObject({ code: 'own_request' })
  expect(mayApprove(waiting, 'ann', 'ben')).toBe(true)
  expect(mayApprove(job(), 'ann', 'ben')).toMatchObject({ code: 'not_awaiting_approval' })
  expect(jobCan.edit(job({ state: 'started' }))).toMatchObject({ code: 'job_running' })
  expect(jobCan.edit(waiting)).toBe(true)
  expect(jobCan.resume(job({ state: 'halted' }))).toBe(true)
  expect(jobCan.resume(job())).toMatchObject({ code: 'not_halted' })
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

test('a verification takes chosen devices, few, and as many as have to succeed', () => {
  const rule = { required: true, maxDevices: 5, minSuccess: 2 }
  expect(canVerifyWith(0, rule)).toMatchObject({ code: 'no_devices_chosen' })
  expect(canVerifyWith(1, rule)).toMatchObject({
    title: expect.stringContaining('once 2 devices have succeeded; 1 is'),
  })
  expect([canVerifyWith(2, rule), canVerifyWith(5, rule)]).toEqual([true, true])
  expect(canVerifyWith(6, rule)).toMatchObject({ title: expect.stringContaining('at most 5') })
  expect(canVerifyWith(1, { ...rule, required: false })).toBe(true)
  expect(canDeleteFirmware(0)).toBe(true)
  expect(canDeleteFirmware(2)).toMatchObject({ enosCode: 24604 })
})

test('a scope says why it leaves a device out', () => {
  const scope = Scope.parse({
    versions: ['1.3', '1.4'],
    tags: { site: ['north', 'south'] },
    attributes: { floor: ['1'] },
  })
  const device = {
    id: 'd1',
    enabled: true,
    reportedVersion: '1.3',
    tags: { site: 'north' },
    attributes: { floor: '1' },
  }
  expect(excludedBy(scope, device, '1.5')).toBeNull()
  expect(excludedBy(scope, { ...device, reportedVersion: null }, '1.5')).toBe('noVersion')
  expect(excludedBy(scope, { ...device, reportedVersion: '1.5' }, '1.5')).toBe('atTarget')
  expect(excludedBy(scope, { ...device, reportedVersion: '1.2' }, '1.5')).toBe('otherVersion')
  expect(excludedBy(scope, { ...device, tags: { site: 'east' } }, '1.5')).toBe('otherTag')
  expect(excludedBy(scope, { ...device, attributes: {} }, '1.5')).toBe('otherAttribute')
  expect(excludedBy(scope, { ...device, enabled: false }, '1.5')).toBe('disabled')
  const chooses = chooser({ deviceKeys: ['fan-1'] })
  expect([chooses('fan-1'), chooses('fan-2'), chooser(scope)('any')]).toEqual([true, false, true])
})

test('a share takes the same devices each time, and about that many', () => {
  const taken = (seed: string) =>
    Array.from({ length: 5_000 }, (_, i) => `d${i}`).filter(
      (id) =>
        excludedBy(
          Scope.parse({ percent: 10, seed }),
          { id, enabled: true, reportedVersion: '1', tags: {}, attributes: {} },
          '2',
        ) === null,
    )
  expect(taken('a')).toEqual(taken('a'))
  expect(taken('a')).not.toEqual(taken('b'))
  expect(taken('a').length).toBeGreaterThan(400)
  expect(taken('a').length).toBeLessThan(600)
})

describe('the chain of gates', () => {
  const open: GateFacts = {
    now: 10_000,
    via: 'push',
    job: {
      state: 'started',
      policy: Policy.parse({ concurrency: 2 }),
      versions: ['1.3'],
      targetVersion: '1.5',
      haltReason: null,
    },
    device: { enabled: true, reportedVersion: '1.3', reachable: true },
    task: { settlesAt: null, retryAt: null },
    busyWith: null,
    wave: { open: true },
    windowOpensAt: 10_000,
    underWay: 1,
    limit: 2,
    paceOpensAt: 10_000,
  }
  const as = (job: Partial<GateFacts['job']>): GateFacts => ({ ...open, job: { ...open.job, ...job } })
  const on = (device: Partial<GateFacts['device']>): GateFacts => ({ ...open, device: { ...open.device, ...device } })
  const closed: [string, GateFacts][] = [
    ['approved', as({ state: 'awaitingApproval' })],
    ['jobStarted', as({ state: 'stopped' })],
    ['startTime', as({ policy: Policy.parse({ startAt: '1970-01-01T00:00:20.000Z' }) })],
    ['method', as({ policy: Policy.parse({ method: 'request' }) })],
    ['deviceEnabled', on({ enabled: false })],
    ['versionReported', on({ reportedVersion: null })],
    ['notAtTarget', on({ reportedVersion: '1.5' })],
    ['sourceVersion', on({ reportedVersion: '1.2' })],
    ['notBusy', { ...open, busyWith: 'Other job' }],
    ['settled', { ...open, task: { settlesAt: 70_000, retryAt: null } }],
    ['wave', { ...open, wave: { open: false, reason: 'Wave 2 waits.', opensAt: 99_000 } }],
    ['haltRule', as({ state: 'halted', haltReason: '3 of 10 devices failed.' })],
    ['window', { ...open, windowOpensAt: 50_000 }],
    ['retryInterval', { ...open, task: { settlesAt: null, retryAt: 40_000 } }],
    ['reachable', on({ reachable: false })],
    ['concurrency', { ...open, underWay: 2 }],
    ['pace', { ...open, paceOpensAt: 11_000 }],
  ]
  test('goes when every gate is open', () => expect(decide(open)).toEqual({ go: true }))
  test.each(closed)('%s holds by itself', (gate, facts) => expect(decide(facts)).toMatchObject({ go: false, gate }))
  test('covers every gate, in order', () => expect(closed.map(([name]) => name)).toEqual(GATES.map(({ name }) => name)))
  test('tells the first that holds, and when it opens where that is known', () => {
    expect(decide({ ...open, busyWith: 'B', underWay: 9 })).toMatchObject({ gate: 'notBusy', opensAt: null })
    expect(decide({ ...open, windowOpensAt: 50_000 })).toMatchObject({ opensAt: 50_000 })
    expect(decide({ ...open, windowOpensAt: null })).toMatchObject({ gate: 'window', opensAt: null })
    expect(decide(as({ policy: Policy.parse({ startAt: '1970-01-01T00:00:20.000Z' }) }))).toMatchObject({
      opensAt: 20_000,
    })
  })
  test('a device that asks is answered where the policy allows requests', () => {
    expect(decide({ ...as({ policy: Policy.parse({ method: 'request' }) }), via: 'request' })).toEqual({ go: true })
    expect(decide({ ...open, via: 'request' })).toMatchObject({ gate: 'method' })
    expect(decide({ ...as({ policy: Policy.parse({ method: 'both' }) }), via: 'request' })).toEqual({ go: true })
  })
})
