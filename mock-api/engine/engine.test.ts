import { afterEach, expect, test } from 'vitest'

import { Scope } from '#contract/manage/jobs.ts'
import { clock } from '#mock-api/clock.ts'
import { db, resetWorld } from '#mock-api/db.ts'
import { jobById, mustHave, tasksOf } from '#mock-api/find.ts'
import { listen, since } from '#mock-api/live.ts'
import { jobIds } from '#mock-api/seed/jobs.ts'
import { countsOf } from '#mock-api/find.ts'

import { moveJob } from './apply.ts'
import { tick } from './tick.ts'

const BY = { id: 'someone', name: 'Someone' }
const HOUR = 3_600_000
const MINUTE = 60_000

// nobody asked the mock for anything, so that nothing else takes back what happened to its world
afterEach(() => resetWorld())

/** Starts the seeded job that waits for it: twelve meters on 1.3.0, of which two are offline. */
const startWeekend = () => moveJob(jobById(jobIds.stopped), 'start', { verb: 'started', actor: BY, at: clock.now() })
const taskOf = (deviceKey: string) =>
  mustHave(
    tasksOf(jobIds.stopped).find((task) => task.deviceKey === deviceKey),
    deviceKey,
  )

test('devices that are online are pushed to, and those that are offline wait', () => {
  startWeekend()
  tick()
  expect(countsOf(jobIds.stopped)).toMatchObject({ published: 10, init: 2 })
})

test('a device downloads, writes, restarts and reports the new version', () => {
  startWeekend()
  tick()
  clock.advance(MINUTE)
  tick()
  expect(countsOf(jobIds.stopped)).toMatchObject({ succeeded: 10, init: 2 })
  expect(taskOf('meter-022')).toMatchObject({ proof: 'restarted', progress: 100 })
  expect(db.devices.find(({ deviceKey }) => deviceKey === 'meter-022')).toMatchObject({ currentVersion: '1.5.0' })
})

test('what happens is announced in the order in which it happened', () => {
  const before: number[] = []
  const stop = listen(({ id }) => before.push(id))
  startWeekend()
  tick()
  clock.advance(MINUTE)
  tick()
  stop()
  expect(before).toEqual(before.toSorted((a, b) => a - b))
  expect(since(mustHave(before[0], 'a first event'))).toHaveLength(before.length - 1)
  expect(since(-1)).toBeNull()
})

test('every trouble that a device key asks for ends as the domain says, once its time is over', () => {
  const job = jobById(jobIds.stopped)
  db.jobs = [job]
  job.scope = Scope.parse({})
  const wanted = db.devices.filter(({ currentVersion }) => currentVersion === '1.2.0')
  const template = taskOf('meter-022')
  db.tasks = wanted.map(({ id, deviceKey, currentVersion }) => ({
    ...template,
    deviceId: id,
    deviceKey,
    sourceVersion: currentVersion,
  }))
  startWeekend()
  tick()
  clock.advance(5 * HOUR)
  tick()
  expect(Object.fromEntries(db.tasks.map(({ deviceKey, failure }) => [deviceKey.slice(0, -4), failure]))).toEqual({
    'fails-download': 'download',
    'fails-verification': 'verification',
    'fails-writing': 'writing',
    declines: 'refused',
    'falls-back': 'fellBack',
    silent: 'noAnswer',
    stalls: 'timedOut',
    'waits-for-restart': 'timedOut',
  })
  expect(job.state).toBe('completed')
})
