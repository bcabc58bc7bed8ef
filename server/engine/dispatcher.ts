import type { GateName } from '#domain/gates.ts'
import type { Clock, FileStore, Logger } from '#server/ports.ts'
import type { EngineStore } from '#server/ports-engine.ts'

import { askGates, dispatchDevices, type HeldDevice } from './dispatch.ts'
import { createLanes, hasRoom, type Lane } from './lanes.ts'
import { createLater } from './later.ts'
import type { Aftermath } from './work.ts'

/** Devices looked at in one transaction: short enough that nothing else waits for it. */
const BATCH = 100
/** Tasks read at once where a job is read through. */
const CHUNK = 500
/** Devices that may wait to be looked at; beyond it the jobs are read again instead. */
const MAX_READY = 20_000
const RETRY_MS = 5_000

export interface Dispatcher {
  /** Begins with the jobs that are started. */
  start(): Promise<void>
  /** Something was committed: jobs started or stopped, room became free, devices came. */
  wake(news: Pick<Aftermath, 'order' | 'jobs' | 'wake'>): void
  /** The wall clock jumped: what was to open at some time is looked at anew. */
  jumped(): void
  idle(): Promise<void>
  stop(): void
}

export interface DispatcherTerms {
  store: EngineStore
  clock: Clock
  log: Logger
  files: Pick<FileStore, 'exists'>
  settle: (aftermath: Aftermath) => void
}

/**
 * Sends devices on their way as the gates allow. It is woken by what happens and reads a job's waiting tasks
 * through once; after that a device is looked at when it comes, when it becomes free, or when room does.
 */
export function createDispatcher({ store, clock, log, files, settle }: DispatcherTerms): Dispatcher {
  const lanes = createLanes()
  const ready = new Set<string>()
  const later = createLater(clock, {
    due: (ids) => {
      look(ids)
      pump()
    },
    overflown: () => {
      lanes.readAllAgain()
      pump()
    },
  })
  let running: Promise<void> | null = null
  let woken = false
  let stopped = false

  function look(ids: readonly string[]): void {
    if (lanes.all().length === 0) return
    if (ready.size + ids.length > MAX_READY) lanes.readAllAgain()
    else for (const id of ids) ready.add(id)
  }

  function pump(): void {
    woken = true
    if (running || stopped) return
    running = run()
      .catch((error: unknown) => {
        log.error({ err: error }, 'devices could not be dispatched; it is tried again')
        lanes.readAllAgain()
        woken = false
        clock.at(clock.now() + RETRY_MS, pump)
      })
      .finally(() => {
        running = null
        // woken between its last look and now
        if (woken) pump()
      })
  }

  async function run(): Promise<void> {
    await new Promise(setImmediate)
    woken = false
    for (let ids = await next(); ids !== null && !stopped; ids = await next()) {
      const { aftermath, held } = await dispatchDevices({ store, files, lanes, now: clock.now() }, ids)
      for (const one of held) remember(one)
      settle(aftermath)
      await new Promise(setImmediate)
    }
  }

  /** Whom to look at next; null when there is nobody, or no room. */
  async function next(): Promise<string[] | null> {
    while (lanes.anyFree()) {
      if (ready.size > 0) return take(ready, BATCH)
      else {
        const lane = lanes.all().find(hasWork)
        if (!lane) return null
        if (lane.waiting.size > 0) return take(lane.waiting, Math.min(BATCH, lane.free, lane.together))
        await readChunk(lane)
      }
    }
    return null
  }

  /**
   * Reads on through a job's waiting tasks and keeps those that would go if there were room. Who is offline is not asked
   * about: a device is looked at when it comes, and of a large job most may be away.
   */
  async function readChunk(lane: Lane): Promise<void> {
    if (lane.read) Object.assign(lane, { after: '', read: false, again: false })
    const waiting = await store.read.waitingAfter(lane.jobId, lane.after, CHUNK)
    const ids = waiting.flatMap(({ deviceId, connected }) => (connected ? [deviceId] : []))
    if (ids.length > 0) await hold(lane, ids)
    lane.after = waiting.at(-1)?.deviceKey ?? lane.after
    lane.read = waiting.length < CHUNK
    await new Promise(setImmediate)
  }

  /** Keeps those of the devices that would go if there were room. */
  async function hold(lane: Lane, ids: readonly string[]): Promise<void> {
    const [job] = await store.read.jobCores([lane.jobId])
    const tasks = new Map((await store.read.tasks(lane.jobId, ids)).map((task) => [task.deviceId, task]))
    const devices = new Map((await store.read.devices(ids)).map((device) => [device.id, device]))
    const empty = job && { ...job, counts: { ...job.counts, published: 0, upgrading: 0 }, offered: 0 }
    for (const id of ids) {
      const [task, device] = [tasks.get(id), devices.get(id)]
      if (!task || !device || !empty) continue
      const decision = askGates({ task, device, job: empty, busyWith: null, now: clock.now() })
      if (decision.go) lanes.hold(lane, id)
      else remember({ deviceId: id, lane, decision })
    }
  }

  /**
   * What opens a gate of the device wakes the device, or is a time of its own. Gates that hold the whole job are
   * remembered once: the lane is closed until then, and the device waits in it.
   */
  function remember({ deviceId, lane, decision: { gate, opensAt } }: HeldDevice): void {
    if (!HOLDS_ALL.has(gate)) {
      // a wave opens for all of its devices at once, and they are read again then
      if (opensAt !== null && gate !== 'wave') later.add(deviceId, opensAt)
      return
    }
    lanes.hold(lane, deviceId)
    // the transaction knows better than what was last heard here
    if (gate === 'concurrency') lane.free = 0
    else close(lane, opensAt ?? Infinity)
  }

  /** One timer for the job, whatever the number of its devices. */
  function close(lane: Lane, until: number): void {
    if (lane.closedUntil !== null) return
    lane.closedUntil = until
    if (until === Infinity) return
    clock.at(until, () => {
      lane.closedUntil = null
      pump()
    })
  }

  return {
    async start() {
      for (const job of await store.read.startedJobs()) lanes.note(job, 0)
      pump()
    },
    wake({ order, jobs, wake }) {
      for (const job of jobs) lanes.note(job, order)
      look(wake)
      pump()
    },
    jumped() {
      lanes.reopen()
      pump()
    },
    idle: async () => {
      while (running) await running
    },
    stop: () => {
      stopped = true
      later.stop()
    },
  }
}

/** Gates that hold every device of a job at once. */
const HOLDS_ALL: ReadonlySet<GateName> = new Set(['startTime', 'window', 'concurrency', 'pace'])

const hasWork = (lane: Lane): boolean => hasRoom(lane) && (lane.waiting.size > 0 || !lane.read || lane.again)

function take(from: Set<string>, count: number): string[] {
  const taken: string[] = []
  for (const id of from) {
    if (taken.length === count) break
    taken.push(id)
    from.delete(id)
  }
  return taken
}
