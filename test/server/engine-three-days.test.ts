import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { EngineStore } from '#server/ports-engine.ts'

import { createModel, type Dispatch, type Model } from '../support/rollout-model.ts'
import { createWorld, HOUR, MINUTE, START, type World } from './support/engine.ts'
import { createNightFleet, NEW, OLD } from './support/night-fleet.ts'
import { addFirmware, addFleet, idOf } from './support/rows.ts'

/*
 * Three days of a rollout as an agency would run it, two thousand devices, every push judged by a model that shares
 * nothing with the engine. Monday 09:00 to Thursday 09:00 in Singapore; all of Tuesday is blacked out.
 */

const DEVICES = 2_000
const BLACKOUT = '2026-01-06'
const at = (day: number, hour: number, minute = 0): number =>
  START + ((day - 5) * 24 + hour - 9) * HOUR + minute * MINUTE
const RESTART = at(7, 0, 40)

const GATE = { successPercent: 95, sample: 10, soakMinutes: 30 }
const POLICY = {
  window: { from: '22:00', to: '02:00', zone: 'Asia/Singapore', blackoutDates: [BLACKOUT] },
  waves: [{ upToDevices: 1, gate: GATE }, { upToPercent: 10, gate: GATE }, { upToPercent: 100 }],
  concurrency: 120,
  pacePerMinute: 60,
  halt: { failurePercent: 20, sample: 10 },
  retry: { attempts: 2, intervalSeconds: 600, kinds: ['download' as const] },
}
const RULES = {
  from: OLD,
  to: NEW,
  zoneHours: 8,
  opens: 22 * 60,
  closes: 2 * 60,
  blackout: [BLACKOUT],
  concurrency: 120,
  perMinute: 60,
  waves: [1, 199, 1_800],
  gate: { successPercent: 95, sample: 10, finalPercent: 80, soakMs: 30 * MINUTE },
  halt: { percent: 20, sample: 10 },
  timeoutMs: 2 * HOUR,
  retry: { attempts: 2, intervalMs: 10 * MINUTE, kind: 'download' },
}
const STATES = {
  waiting: 'init',
  pushed: 'published',
  upgrading: 'upgrading',
  succeeded: 'succeeded',
  failed: 'failed',
}

/** Ids that are the same in each run, because a device's wave is made of its job's. */
function withSameIds(): (store: EngineStore) => EngineStore {
  let made = 0
  return (store) => ({ ...store, newId: () => idOf(9, ++made) })
}

describe('three days of a rollout to 2,000 devices', () => {
  let world: World
  let model: Model
  let fleet: ReturnType<typeof createNightFleet>
  let job: { orgId: string; jobId: string }
  const during = ({ at: when }: Dispatch, from: number, to: number): boolean => when >= from && when < to

  beforeAll(async () => {
    world = await createWorld('sqlite', { intoStore: withSameIds() })
    await addFleet(world.db, DEVICES)
    job = await world.job(await addFirmware(world.db), { policy: POLICY })
    const rows = await world.db.read.selectFrom('tasks').select(['device_key', 'wave']).execute()
    model = createModel(RULES, new Map(rows.map((row) => [row.device_key, row.wave])), START)
    fleet = createNightFleet({ world, model, count: DEVICES })
    await fleet.until(RESTART)
    await fleet.restart(90_000)
    await fleet.until(at(8, 9))
  }, 600_000)
  afterAll(() => world.dispose())

  test('nothing is pushed that the rules forbid, and nothing is left undone that they demand', () => {
    expect(model.complaints).toEqual([])
    expect(world.warnings).toEqual([])
  })

  test('the log tells the same pushes: which device, which attempt, and when', async () => {
    const rows = await world.db.read.selectFrom('log').selectAll().where('action', '=', 'task.published').execute()
    const told = rows.map((row) => {
      const { attempt, summary } = JSON.parse(row.data) as { attempt: number; summary: string }
      return { key: summary.slice(0, summary.indexOf(':')), attempt, at: row.at }
    })
    const inOrder = (some: readonly Dispatch[]) =>
      some.map(({ key, attempt, at: when }) => `${when} ${key} ${attempt}`).toSorted()
    expect(inOrder(told)).toEqual(inOrder(model.dispatches))
  })

  test('every device stands where the rules say, and the job with it', async () => {
    const rows = await world.db.read.selectFrom('tasks').selectAll().orderBy('device_key').execute()
    const is = rows.map((row) => [row.device_key, row.status, row.attempt, row.failure, row.late === 1])
    const lines = model.lines.toSorted((a, b) => (a.key < b.key ? -1 : 1))
    expect(is).toEqual(lines.map((line) => [line.key, STATES[line.state], line.attempt, line.failure, line.late]))
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'started', haltReason: null })
    expect([model.isHalted(), model.openWave()]).toEqual([false, 2])
  })

  test('the three days had a bit of everything, or they would prove little', () => {
    const count = (is: (line: Model['lines'][number]) => boolean): number => model.lines.filter(is).length
    const between = (from: number, to: number): number => model.dispatches.filter((one) => during(one, from, to)).length
    const nights = [
      between(START, at(5, 22)),
      between(at(5, 22), at(6, 0)),
      between(at(6, 0), at(7, 0)),
      between(at(7, 0), RESTART),
      between(RESTART, at(7, 2)),
      between(at(7, 2), at(7, 22)),
      between(at(7, 22), at(8, 2)),
      between(at(8, 2), at(8, 9)),
    ]
    expect(nights.map((n) => n > 0)).toEqual([false, true, false, true, true, false, true, false])
    const kinds = new Set(model.lines.flatMap(({ failure }) => failure ?? []))
    expect(kinds).toEqual(
      new Set(['download', 'verification', 'refused', 'noAnswer', 'timedOut', 'interrupted', 'fellBack']),
    )
    for (const many of [
      count(({ state }) => state === 'succeeded'),
      count(({ state, attempt }) => state === 'succeeded' && attempt === 3),
      count(({ state, attempt }) => state === 'failed' && attempt === 3),
      count(({ late }) => late),
      count(({ state, rated }) => state === 'succeeded' && !rated),
      count(({ state }) => state === 'waiting'),
      world.pushes.length - model.dispatches.length,
    ])
      expect(many).toBeGreaterThan(0)
  })
})
