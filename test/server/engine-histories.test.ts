import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { JobUpdate, Scope } from '#contract/manage/jobs.ts'
import { underWay } from '#domain/job.ts'
import { ProblemError } from '#server/ports.ts'

import { databases, type DatabaseName } from './support/databases.ts'
import { createWorld, HOUR, MINUTE, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceKey } from './support/rows.ts'

/*
 * Laws that no history may break, however devices, operators, the clock and the process behave.
 */

const DEVICES = 5
const CONCURRENCY = 2
/** Set for long runs. */
const TIMES = Number(process.env['HISTORIES'] ?? 1)
const RUNS: Readonly<Record<DatabaseName, number>> = { sqlite: 60 * TIMES, postgres: 15 * TIMES }

const device = fc.integer({ min: 1, max: DEVICES })
const job = fc.integer({ min: 0, max: 2 })
const version = fc.constantFrom('1.0', '1.0', '2.0', '3.0', '9.9')
const step = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(10, 50, 100) }, fc.constantFrom(-1, -5))
const kind = <K extends string>(name: K) => fc.constant(name)

const Happening = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: kind('come'), device, version }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('inform'), device, version }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('drop'), device }) },
  { weight: 6, arbitrary: fc.record({ kind: kind('progress'), device, step }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('refuse'), device }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: kind('wait'), ms: fc.constantFrom(1_000, 61_000, 121_000, 11 * MINUTE, 3 * HOUR) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: kind('act'), act: fc.constantFrom('start', 'stop', 'end'), job }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('select'),
      act: fc.constantFrom('cancel', 'retry'),
      status: fc.constantFrom('init', 'published', 'failed', 'skipped'),
      job,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: kind('edit'), chosen: fc.subarray([1, 2, 3, 4, 5], { minLength: 1 }), job }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('jump'), ms: fc.constantFrom(-HOUR, 5 * HOUR) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('restart'), ms: fc.constantFrom(0, 4 * HOUR) }) },
)
type Happening = typeof Happening extends fc.Arbitrary<infer T> ? T : never

async function setUp(database: DatabaseName) {
  const world = await createWorld(database)
  await addFleet(world.db, DEVICES)
  const two = await addFirmware(world.db)
  const three = await addFirmware(world.db, { n: 2, version: '3.0' })
  const terms = { policy: policy({ concurrency: CONCURRENCY }) }
  const jobs = [
    await world.job(two, { ...terms, name: 'first' }),
    await world.job(three, { ...terms, name: 'second' }),
    await world.job(two, {
      policy: policy({ concurrency: CONCURRENCY, proof: 'restarted' }),
      name: 'third',
      // so that an edit can bring devices in
      scope: { deviceKeys: [1, 2].map(deviceKey) },
      start: false,
    }),
  ]
  const devices = Array.from({ length: DEVICES + 1 }, (_, n) => world.device(n))
  return { world, jobs, devices }
}
type Scene = Awaited<ReturnType<typeof setUp>>

async function happen({ world, jobs, devices }: Scene, one: Happening): Promise<void> {
  const who = 'device' in one ? devices[one.device]! : devices[0]!
  const of = 'job' in one ? jobs[one.job]! : jobs[0]!
  switch (one.kind) {
    case 'come':
      return who.come(one.version)
    case 'inform':
      return void (await who.inform(one.version))
    case 'drop':
      return who.drop()
    case 'progress':
      return void (await who.progress(one.step))
    case 'refuse':
      return void (await who.report({
        kind: 'upgradeReply',
        commandId: who.pushes().at(-1)?.command.id ?? '',
        code: 500,
        message: '',
      }))
    case 'wait':
      return world.advance(one.ms)
    case 'jump':
      world.clock.jump(one.ms)
      return world.advance(1)
    case 'restart':
      return world.restart(one.ms)
    case 'act':
      return orRefused(world, () => world.engine.jobs[one.act](of, OPERATOR))
    case 'edit':
      return orRefused(world, async () => {
        const { version } = await world.engine.jobs.view(of)
        const scope = Scope.parse({ deviceKeys: one.chosen.map(deviceKey) })
        await world.engine.jobs.update(of, JobUpdate.parse({ version, scope }), OPERATOR)
      })
    case 'select':
      return orRefused(world, () => world.engine.jobs[one.act](of, { all: true, status: one.status }, OPERATOR))
  }
}

/** Operators are refused what is not possible just then; anything else is an error. */
async function orRefused(world: World, act: () => Promise<unknown>): Promise<void> {
  await act().catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error
  })
  await world.engine.idle()
}

/** What holds at every moment. */
async function holdLaws({ world, jobs }: Scene): Promise<void> {
  const rows = await world.db.read.selectFrom('tasks').selectAll().execute()
  const open = rows.filter(({ status }) => status === 'published' || status === 'upgrading')
  expect(new Set(open.map((row) => row.device_id)).size, 'a device has at most one open task').toBe(open.length)
  expect(
    open.filter((row) => row.deadline_at === null),
    'every open task has a deadline',
  ).toEqual([])
  expect(rows.filter((row) => row.deadline_at !== null).length, 'and nothing else has').toBe(open.length)
  for (const job of await world.store.read.jobs(jobs.map(({ jobId }) => jobId))) {
    const counted = { init: 0, published: 0, upgrading: 0, succeeded: 0, failed: 0, skipped: 0 }
    for (const row of rows) if (row.job_id === job.id) counted[row.status as keyof typeof counted] += 1
    expect(counted, 'counters equal the rows').toEqual(job.counts)
    expect(underWay(job.counts), 'concurrency is kept').toBeLessThanOrEqual(CONCURRENCY)
    if (job.state === 'started')
      expect(job.counts.init + underWay(job.counts), 'a started job has something to do').toBeGreaterThan(0)
  }
}

/** What holds when all is over. */
async function holdLastLaws(scene: Scene): Promise<void> {
  const { world, jobs } = scene
  for (const of of jobs) await orRefused(world, () => world.engine.jobs.stop(of, OPERATOR))
  // longer than all that a clock set back can have put off; in steps, because its jump is seen at the first deadline
  for (let days = 0; days < 5; days += 1) await world.advance(24 * HOUR)
  await holdLaws(scene)
  const rows = await world.db.read.selectFrom('tasks').selectAll().execute()
  expect(
    rows.filter(({ status }) => status === 'published' || status === 'upgrading'),
    'every open task ends',
  ).toEqual([])
  const log = await world.db.read
    .selectFrom('log')
    .selectAll()
    .where('object_kind', '=', 'task')
    .orderBy('id')
    .execute()
  for (const row of rows) {
    const story = log.filter((line) => line.job_id === row.job_id && line.device_id === row.device_id)
    const successes = story.filter((line) => line.to_state === 'succeeded').length
    expect(successes, 'a success is recorded once').toBe(row.status === 'succeeded' ? 1 : 0)
    const states = ['init', ...story.map((line) => line.to_state)]
    expect(
      story.map((line) => line.from_state),
      'the log tells every step',
    ).toEqual(states.slice(0, -1))
    expect(states.at(-1)).toBe(row.status)
  }
  await replay(scene)
  const sent = new Map<string, number>()
  for (const { command } of world.pushes) sent.set(command.id, (sent.get(command.id) ?? 0) + 1)
  expect(Math.max(0, ...sent.values()), 'five pushes an attempt').toBeLessThanOrEqual(5)
  const statuses = await Promise.all(world.pushes.map(({ status }) => status))
  expect(new Set([...statuses, 'published']), 'committed before it is sent').toEqual(new Set(['published']))
}

/** Whoever has only the log comes to where the service stands: jobs, their counters, and what devices run. */
async function replay({ world, jobs }: Scene): Promise<void> {
  const lines = await world.db.read.selectFrom('log').selectAll().orderBy('id').execute()
  for (const job of await world.store.read.jobs(jobs.map(({ jobId }) => jobId))) {
    const about = lines.filter((line) => line.job_id === job.id)
    const steps = about.filter((line) => line.object_kind === 'job' && line.to_state !== null)
    const states = steps.map((line) => line.to_state)
    expect(
      steps.map((line) => line.from_state),
      'the log tells every step of a job',
    ).toEqual([null, ...states.slice(0, -1)])
    expect(states.at(-1)).toBe(job.state)
    const countsIn = ({ data }: { data: string }) => (JSON.parse(data) as { counts: Record<string, number> }).counts
    let counts = countsIn(steps[0] ?? { data: '{}' })
    for (const line of about) {
      const { action, object_kind: kind, from_state: from, to_state: to } = line
      if (action === 'job.edited') expect(countsIn(line), 'an edit begins where the log stands').toEqual(counts)
      if (action === 'job.matched') {
        // as at its creation: one line for the job, not one for each device that came into it
        const after = countsIn(line)
        expect({ ...after, init: counts['init'] }, 'an edit only adds').toEqual(counts)
        counts = after
      }
      if (kind !== 'task' || from === null || to === null) continue
      counts[from] = (counts[from] ?? 0) - 1
      counts[to] = (counts[to] ?? 0) + 1
    }
    expect(counts, 'the log replays to the same counters').toEqual(job.counts)
  }
  const versions = new Map(
    lines.flatMap((line) => (line.action === 'device.reported' ? [[line.device_id, line.to_state]] : [])),
  )
  for (const device of await world.db.read.selectFrom('devices').selectAll().execute())
    expect(versions.get(device.id) ?? '1.0', 'the log replays to the same versions').toBe(device.reported_version)
}

describe.each(databases)('any history on %s', (database) => {
  test(
    'keeps one open task a device, counters equal to rows, an end for every open task and one success',
    { timeout: 180_000 * TIMES },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(Happening, { minLength: 10, maxLength: 40 }), async (history) => {
          const scene = await setUp(database)
          try {
            for (const one of history) {
              await happen(scene, one)
              // what a push looks up is to be what was true of it, not what comes next
              await Promise.all(scene.world.pushes.map(({ status }) => status))
              await holdLaws(scene)
            }
            await holdLastLaws(scene)
          } finally {
            await scene.world.dispose()
          }
        }),
        { numRuns: RUNS[database] },
      )
    },
  )
})
