import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { JobUpdate, Scope } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import { isOffered } from '#domain/task.ts'
import { recountWaves } from '#domain/wave-progress.ts'
import { ProblemError } from '#server/ports.ts'
import type { Actor } from '#server/ports.ts'

import { databases, type DatabaseName } from './support/databases.ts'
import { createWorld, HOUR, MINUTE, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceKey } from './support/rows.ts'

/*
 * Laws that no history may break, whatever the policies of the jobs ask for.
 */

const DEVICES = 6
const APPROVER: Actor = { ...OPERATOR, id: 'user-2' }
/** Set for long runs. */
const TIMES = Number(process.env['HISTORIES'] ?? 1)
const RUNS: Readonly<Record<DatabaseName, number>> = { sqlite: 25 * TIMES, postgres: 6 * TIMES }

const POLICIES: readonly Policy[] = [
  policy({
    waves: [
      { upToDevices: 1, gate: { successPercent: 100, person: true } },
      { upToPercent: 50, gate: { soakMinutes: 10, finalPercent: 100 } },
      { upToPercent: 100 },
    ],
    halt: { failurePercent: null, failureCount: 2 },
    retry: { attempts: 1, intervalSeconds: 120, kinds: ['download'] },
    approval: true,
  }),
  policy({ method: 'both', concurrency: 2, halt: { sample: 1, failurePercent: 50 }, retry: { attempts: 2 } }),
  policy({
    method: 'both',
    list: 'incremental',
    pacePerMinute: 2,
    window: { from: '08:00', to: '20:00' },
    waves: [{ upToPercent: 50, gate: { successPercent: 50 } }, { upToPercent: 100 }],
  }),
]

const device = fc.integer({ min: 1, max: DEVICES })
const job = fc.integer({ min: 0, max: POLICIES.length - 1 })
const is = <K extends string>(kind: K) => fc.constant(kind)
const Happening = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: is('come'), device, version: fc.constantFrom('1.0', '1.0', '2.0', '3.0') }),
  },
  { weight: 3, arbitrary: fc.record({ kind: is('ask'), device }) },
  { weight: 6, arbitrary: fc.record({ kind: is('progress'), device, step: fc.constantFrom(10, 100, -2, -4, -5) }) },
  { weight: 3, arbitrary: fc.record({ kind: is('arrive'), device }) },
  { weight: 4, arbitrary: fc.record({ kind: is('wait'), ms: fc.constantFrom(1_000, 61_000, 11 * MINUTE, 3 * HOUR) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: is('act'),
      act: fc.constantFrom('start', 'stop', 'approve', 'approve', 'withdraw', 'resume', 'advance', 'edit', 'recut'),
      job,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: is('select'),
      act: fc.constantFrom('cancel', 'retry'),
      status: fc.constantFrom('init', 'published', 'failed', 'skipped'),
      job,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: is('restart'), ms: fc.constantFrom(0, 2 * HOUR) }) },
)
type Happening = typeof Happening extends fc.Arbitrary<infer T> ? T : never

async function setUp(database: DatabaseName) {
  const world = await createWorld(database)
  await addFleet(world.db, DEVICES)
  const two = await addFirmware(world.db)
  const three = await addFirmware(world.db, { n: 2, version: '3.0' })
  const jobs = []
  for (const [n, each] of POLICIES.entries())
    jobs.push(await world.job(n === 1 ? three : two, { name: `job ${n}`, policy: each }))
  return { world, jobs, devices: Array.from({ length: DEVICES + 1 }, (_, n) => world.device(n)) }
}
type Scene = Awaited<ReturnType<typeof setUp>>

async function act({ world, jobs }: Scene, what: string, n: number): Promise<void> {
  const of = jobs[n]!
  const { jobs: service } = world.engine
  const { version } = await service.view(of)
  const update = (change: object) => service.update(of, JobUpdate.parse({ version, ...change }), OPERATOR)
  const keys = [1, 2, 3, 4].map(deviceKey)
  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    start: () => service.start(of, OPERATOR),
    stop: () => service.stop(of, OPERATOR),
    approve: () => service.approve(of, APPROVER),
    withdraw: () => service.withdraw(of, OPERATOR),
    resume: () => service.resume(of, 'Seen to.', OPERATOR),
    advance: () => service.advance(of, OPERATOR),
    edit: () => update({ scope: Scope.parse({ deviceKeys: keys }) }),
    recut: () => update({ scope: Scope.parse({}), policy: { ...POLICIES[n], waves: POLICIES[0]!.waves } }),
  }
  await orRefused(world, acts[what]!)
}

/** People are refused what is not possible just then; anything else is an error. */
async function orRefused(world: World, doing: () => Promise<unknown>): Promise<void> {
  await doing().catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error
  })
  await world.engine.idle()
}

async function happen(scene: Scene, one: Happening): Promise<void> {
  const { world, devices, jobs } = scene
  const who = 'device' in one ? devices[one.device]! : devices[0]!
  switch (one.kind) {
    case 'come':
      return who.come(one.version)
    case 'ask':
      return void (await who.report({ kind: 'getversion' }))
    case 'progress':
      return void (await who.progress(one.step))
    case 'arrive': {
      const open = (await world.store.read.reportable([who.deviceId])).find(({ facts }) => facts.status === 'upgrading')
      const [of] = open ? await world.store.read.jobCores([open.jobId]) : []
      return of ? who.restart(of.firmware.version) : undefined
    }
    case 'wait':
      return world.advance(one.ms)
    case 'act':
      return act(scene, one.act, one.job)
    case 'select':
      return orRefused(world, () =>
        world.engine.jobs[one.act](jobs[one.job]!, { all: true, status: one.status }, OPERATOR),
      )
    case 'restart':
      return world.restart(one.ms)
  }
}

/** What every job's counters say is what its tasks say. */
async function holdCounters({ world, jobs, devices }: Scene): Promise<void> {
  const everyone = devices.map(({ deviceId }) => deviceId)
  for (const record of await world.store.read.jobs(jobs.map(({ jobId }) => jobId))) {
    const tasks = await world.store.read.tasks(record.id, everyone)
    const counted = { init: 0, published: 0, upgrading: 0, succeeded: 0, failed: 0, skipped: 0 }
    for (const { facts } of tasks) counted[facts.status] += 1
    expect(counted, 'counters equal the tasks').toEqual(record.counts)
    expect(tasks.filter(({ facts }) => isOffered(facts)).length, 'offers are counted').toBe(record.offered)
    const shown = ({ waves }: { waves: readonly object[] }) => waves.map((wave) => ({ ...wave, metAt: 0, advanced: 0 }))
    expect(shown(record.waveState), 'waves equal the tasks').toEqual(shown(recountWaves(record.policy.waves, tasks)))
    const rated = tasks.filter(({ ratedIn }) => ratedIn === record.halt.round)
    const { succeeded, failed } = record.halt.sample
    const failures = Object.values(failed).reduce((sum, n) => sum + n, 0)
    expect([succeeded, failures], 'the halt sample equals the tasks of its round').toEqual([
      rated.filter(({ facts }) => facts.status === 'succeeded').length,
      rated.filter(({ facts }) => facts.status === 'failed').length,
    ])
  }
}

/** What began, began where it was allowed; the log is the witness. */
async function holdBeginnings({ world, jobs }: Scene): Promise<void> {
  const log = await world.db.read.selectFrom('log').selectAll().orderBy('id').execute()
  for (const { jobId } of jobs) {
    let state = 'stopped'
    const begun: number[] = []
    for (const line of log.filter((each) => each.job_id === jobId)) {
      if (line.object_kind === 'job' && line.to_state !== null) state = line.to_state
      if (line.action !== 'task.published' || line.from_state !== 'init') continue
      expect(state, 'only a started job begins anything').toBe('started')
      begun.push(line.at)
    }
    if (jobId !== jobs[2]!.jobId) continue
    for (let i = 2; i < begun.length; i += 1)
      expect(begun[i]! - begun[i - 2]!, 'two a minute').toBeGreaterThanOrEqual(MINUTE)
    for (const at of begun) {
      const hour = (new Date(at).getUTCHours() + 8) % 24
      expect(hour >= 8 && hour < 20, 'inside the window').toBe(true)
    }
  }
}

describe.each(databases)('whatever the policies ask for, on %s', (database) => {
  test('counters equal tasks and nothing begins where it may not', { timeout: 180_000 * TIMES }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(Happening, { minLength: 15, maxLength: 50 }), async (history) => {
        const scene = await setUp(database)
        try {
          for (const one of history) {
            await happen(scene, one)
            await holdCounters(scene)
          }
          await holdBeginnings(scene)
          expect(scene.world.warnings).toEqual([])
        } finally {
          await scene.world.dispose()
        }
      }),
      { numRuns: RUNS[database] },
    )
  })
})
