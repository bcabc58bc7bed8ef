import { isCounting, JobCreate, type Preview } from '#contract/manage/jobs.ts'
import { Policy } from '#contract/manage/policies.ts'
import { stoppedClock, type MovableClock } from '#server/clock.ts'
import { engineStore } from '#server/db/engine-store.ts'
import { createEngine, type Engine } from '#server/engine/index.ts'
import type { Actor, Change, DeviceIdentity, Logger, UpgradeCommand } from '#server/ports.ts'
import type { EngineStore } from '#server/ports-engine.ts'
import type { PreviewAsk } from '#server/ports-jobs.ts'
import type { z } from 'zod'

import { openTestDatabase, type DatabaseName } from './databases.ts'
import { createFakeDevice, type FakeDevice } from './fake-device.ts'
import { deviceId, deviceKey, ORG, PRODUCT } from './rows.ts'

export const START = Date.UTC(2026, 0, 5, 1, 0)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export const OPERATOR: Actor = { kind: 'user', id: 'user-1', name: 'Olivia', address: '10.0.0.1' }

export interface Pushed {
  device: DeviceIdentity
  command: UpgradeCommand
  /** When it was sent. */
  at: number
  /** What the rows said in the moment of the push. */
  status: Promise<string | undefined>
}

/** What a fake device must know of the world around it. */
export interface Surroundings {
  engine: Engine
  clock: MovableClock
  connected: Set<string>
  pushes: Pushed[]
  advance(ms: number): Promise<void>
}

export type World = Awaited<ReturnType<typeof createWorld>>

interface WorldOptions {
  /** What stands between the engine and its rows. */
  intoStore?: (store: EngineStore) => EngineStore
  /** Devices that a preview counts at once, at most. */
  previewAtOnce?: number
}

/** An engine on an empty database, with devices that stand at its door and a clock that only tests move. */
export async function createWorld(
  name: DatabaseName,
  { intoStore = (store) => store, previewAtOnce }: WorldOptions = {},
) {
  const database = await openTestDatabase(name)
  const clock = stoppedClock(START)
  const pushes: Pushed[] = []
  const changes: Change[] = []
  const warnings: string[] = []
  /** Devices whose connection stands. */
  const connected = new Set<string>()
  const missingFiles = new Set<string>()
  const log: Logger = {
    debug: () => {},
    info: () => {},
    warn: (_, message) => warnings.push(message),
    error: (_, message) => warnings.push(message),
  }
  let store = intoStore(engineStore(database.db))

  // asked for every push, of which few tests want to know it
  const statusOf = async (id: string) => {
    const pushed = database.db.read.selectFrom('tasks').select('status').where('device_id', '=', id)
    return (await pushed.where('status', '=', 'published').executeTakeFirst())?.status
  }
  const build = (): Engine =>
    createEngine({
      store,
      clock,
      log,
      gatherMs: 0,
      previewAtOnce,
      links: {
        make: ({ firmwareId, jobId, deviceId: id, attempt }) =>
          `https://ota.test/files/${firmwareId}/${jobId}.${id}.${attempt}`,
        read: () => undefined,
      },
      files: { exists: async (id) => !missingFiles.has(id) },
      live: { announce: (more) => changes.push(...more) },
      door: {
        push(device, command) {
          const isThere = connected.has(device.deviceId)
          if (isThere) pushes.push({ device, command, at: clock.now(), status: statusOf(device.deviceId) })
          return isThere
        },
        close: (id) => connected.delete(id),
        sessions: () => connected.size,
      },
    })
  let engine = build()
  await engine.start()

  const world = {
    clock,
    pushes,
    changes,
    warnings,
    missingFiles,
    connected,
    get db() {
      return database.db
    },
    get store() {
      return store
    },
    get engine() {
      return engine
    },
    device: (n: number): FakeDevice =>
      createFakeDevice({
        identity: { deviceId: deviceId(n), orgId: ORG, productKey: PRODUCT, deviceKey: deviceKey(n) },
        world,
      }),
    async advance(ms: number) {
      await clock.advance(ms)
      await engine.idle()
      // what was at work meanwhile may have armed a timer for a moment that has passed
      await clock.advance(0)
      await engine.idle()
    },
    /** The process dies, stays away for `downtimeMs`, and starts again on the same rows. */
    async restart(downtimeMs = 0) {
      await engine.stop()
      // what a push looked up is read from rows that close now
      await Promise.allSettled(pushes.map(({ status }) => status))
      connected.clear()
      store = intoStore(engineStore(await database.reopen()))
      await clock.advance(downtimeMs)
      engine = build()
      await engine.start()
      // what is due by now goes on at a timer, which `idle` does not know of
      await world.advance(0)
    },
    /** An upgrade job of all devices, started unless told otherwise. */
    async job(firmwareId: string, asked: Partial<Omit<z.input<typeof JobCreate>, 'firmwareId'>> = {}) {
      const create = JobCreate.parse({ type: 'upgrade', name: 'Night', scope: {}, start: true, ...asked, firmwareId })
      const { id } = await engine.jobs.create(ORG, create, OPERATOR)
      await engine.idle()
      return { orgId: ORG, jobId: id }
    },
    async preview(asked: PreviewAsk): Promise<Preview> {
      const answer = await engine.jobs.preview({ orgId: ORG, userId: OPERATOR.id }, asked)
      if (isCounting(answer)) throw new Error('So few devices are counted at once.')
      return answer
    },
    async task(of: { jobId: string }, n: number) {
      const [task] = await store.read.tasks(of.jobId, [deviceId(n)])
      if (!task) throw new Error(`Device ${n} is not in the job.`)
      return task
    },
    async counts(of: { jobId: string }) {
      const [job] = await store.read.jobs([of.jobId])
      return job?.counts
    },
    async dispose() {
      await engine.stop()
      await Promise.allSettled(pushes.map(({ status }) => status))
      await database.dispose()
    },
  }
  return world
}

/** The defaults without the halt rule, which would stop what a test lets fail. */
export const policy = (changes: z.input<typeof Policy>) => Policy.parse({ halt: null, ...changes })
