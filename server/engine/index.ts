import { afterDowntime } from '#domain/task-deadlines.ts'
import type {
  Clock,
  DeviceDoor,
  DeviceIntake,
  DownloadLinks,
  Downloads,
  FileStore,
  LiveHub,
  Logger,
} from '#server/ports.ts'
import type { EngineStore, LiveReader } from '#server/ports-engine.ts'
import type { JobService } from '#server/ports-jobs.ts'
import type { DeviceActs, DeviceStories } from '#server/ports-registry.ts'

import { createDeadlines } from './deadlines.ts'
import { createDeviceActs } from './device-acts.ts'
import { createDispatcher } from './dispatcher.ts'
import { createDownloads } from './downloads.ts'
import { createEdits } from './edit-job.ts'
import { createIntake } from './intake.ts'
import { skipWaiting } from './job-acts.ts'
import { createDeviceStories, createJobService } from './jobs.ts'
import { takeAway } from './make-job.ts'
import { createPreviews } from './previews.ts'
import { sendPushes } from './push.ts'
import { createSoaks } from './soak.ts'
import { createTakeOvers } from './take-over.ts'
import { createViews } from './views.ts'
import type { Aftermath } from './work.ts'

export { createViews } from './views.ts'

export interface EngineTerms {
  store: EngineStore
  clock: Clock
  log: Logger
  links: DownloadLinks
  files: Pick<FileStore, 'exists'>
  door: DeviceDoor
  live: Pick<LiveHub, 'announce'>
  /** How long the first report of a batch waits for company, milliseconds. */
  gatherMs?: number
  /** A preview of more devices is counted beside the request that asks for it. */
  previewAtOnce?: number | undefined
}

export interface Engine {
  intake: DeviceIntake
  jobs: JobService
  devices: DeviceStories
  registry: DeviceActs
  downloads: Downloads
  /** Rows as the API shows them, for the live stream. */
  views: Pick<LiveReader, 'jobs' | 'tasks'>
  /** Takes up what an earlier process left: no device is connected, jobs go on, downtime fails nobody. */
  start(): Promise<void>
  /** Resolves when everything that has arrived is durable and all that follows from it has been done. */
  idle(): Promise<void>
  /** Begins nothing any more, and resolves when what has arrived is durable. */
  stop(): Promise<void>
}

/** The engine: I/O around the rules of `domain/`. */
export function createEngine(terms: EngineTerms): Engine {
  const { store, clock, log, links, files, door, live, gatherMs = 3, previewAtOnce } = terms
  /** After a commit: announce, send, and wake whoever waits for what changed. Nothing here can undo the commit. */
  function settle(aftermath: Aftermath): void {
    const steps = [
      () => live.announce(aftermath.changes),
      () => sendPushes(aftermath.pushes, { door, links, log }, clock.now()),
      () => deadlines.consider(aftermath.deadlineAt),
      () => soaks.consider(aftermath.jobs),
      () => takeOvers.consider(aftermath.jobs),
      () => dispatcher.wake(aftermath),
    ]
    for (const step of steps)
      try {
        step()
      } catch (error) {
        log.error({ err: error }, 'a step after a commit failed')
      }
  }
  const deadlines = createDeadlines({ store, clock, log, settle })
  const soaks = createSoaks({ store, clock, log, settle })
  const takeOvers = createTakeOvers({ store, clock, log, settle })
  const edits = createEdits({ store, clock, log, settle })
  const dispatcher = createDispatcher({ store, clock, log, files, settle })
  const intake = createIntake({ store, clock, log, links, files, gatherMs, settle })
  const views = createViews(store.read, clock)
  const previews = createPreviews({ clock, newId: () => store.newId(clock.now()), atOnce: previewAtOnce })

  let unwatch = () => {}

  async function idle(): Promise<void> {
    // each may give the next something to do
    for (let turn = 0; turn < 3; turn += 1) {
      await intake.idle()
      await deadlines.idle()
      await soaks.idle()
      await takeOvers.idle()
      await edits.idle()
      await dispatcher.idle()
    }
  }

  return {
    intake,
    jobs: createJobService({ store, clock, views, previews, edits, settle }),
    devices: createDeviceStories(store, views),
    registry: createDeviceActs({ store, now: clock.now, settle }),
    downloads: createDownloads(store.read, clock),
    views,
    idle,
    async start() {
      await store.transact(async (tx) => {
        await tx.everyoneOffline()
        await tx.raiseDeadlines(afterDowntime(0, clock.now()))
      })
      for (const { id, phase } of await store.read.passingJobs()) {
        // what is there of an edited job stays, and the edit goes on
        if (phase === 'editing') continue
        log.info({ jobId: id, phase }, 'a job that was being made or deleted is taken away')
        await takeAway(store, id)
      }
      await deadlines.start()
      await soaks.start()
      await dispatcher.start()
      unwatch = clock.onJump(() => {
        for (const part of [deadlines, soaks, dispatcher]) part.jumped()
      })
      const acting = { store, now: clock.now, settle }
      for (const jobId of await store.read.endedButWaiting()) await skipWaiting(acting, jobId)
      await takeOvers.start()
      await edits.start()
    },
    async stop() {
      unwatch()
      dispatcher.stop()
      deadlines.stop()
      soaks.stop()
      takeOvers.stop()
      edits.stop()
      await previews.stop()
      await idle()
    },
  }
}
