import { afterDowntime } from '#domain/task-deadlines.ts'
import type { Clock, Logger } from '#server/ports.ts'
import type { EngineStore } from '#server/ports-engine.ts'

import { SYSTEM } from './log-lines.ts'
import { Work, type Aftermath } from './work.ts'

const BATCH = 150
/** Wall and monotonic clock further apart than this: the wall clock jumped, or the machine slept. */
const DRIFT_MS = 60_000
const RETRY_MS = 5_000

export interface Deadlines {
  /** Sets the timer to the earliest deadline there is. */
  start(): Promise<void>
  /** A deadline was set; the timer follows when it is earlier. */
  consider(at: number | null): void
  /** The wall clock jumped. */
  jumped(): void
  idle(): Promise<void>
  stop(): void
}

export interface DeadlineTerms {
  store: EngineStore
  clock: Clock
  log: Logger
  settle: (aftermath: Aftermath) => void
}

/** One timer for the earliest deadline of all tasks; nothing is polled. */
export function createDeadlines({ store, clock, log, settle }: DeadlineTerms): Deadlines {
  let armed: { at: number; cancel: () => void } | null = null
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const apart = () => clock.now() - clock.monotonic()
  let base = apart()

  function arm(at: number | null): void {
    if (at === null || stopped || (armed !== null && armed.at <= at)) return
    armed?.cancel()
    armed = { at, cancel: clock.at(at, fire) }
  }

  function fire(): void {
    armed = null
    running = running.then(expire).catch((error: unknown) => {
      log.error({ err: error }, 'deadlines could not be applied; they are tried again')
      arm(clock.now() + RETRY_MS)
    })
  }

  async function expire(): Promise<void> {
    // a deadline may come before the jump was told
    const byMs = apart() - base
    if (Math.abs(byMs) > DRIFT_MS) await follow(byMs)
    let more = true
    while (more && !stopped) more = await expireBatch()
    arm(await store.read.earliestDeadline())
  }

  /** Downtime fails nobody, and set back by a day nobody has a day more. */
  async function follow(byMs: number): Promise<void> {
    base += byMs
    log.warn({}, 'the wall clock jumped; every deadline is at least ten minutes away again')
    await store.transact((tx) => tx.raiseDeadlines(afterDowntime(0, clock.now()), Math.min(byMs, 0)))
  }

  /** True when there may be more that is due. */
  async function expireBatch(): Promise<boolean> {
    const now = clock.now()
    const { aftermath, full } = await store.transact(async (tx) => {
      const work = new Work(tx, now)
      const due = await tx.due(now, BATCH)
      await work.loadJobs(due.map(({ jobId }) => jobId))
      for (const task of due) work.apply(task, { type: 'deadline', at: now }, SYSTEM)
      return { aftermath: await work.save(), full: due.length === BATCH }
    })
    settle(aftermath)
    return full && aftermath.changes.length > 0
  }

  return {
    start: async () => arm(await store.read.earliestDeadline()),
    consider: arm,
    jumped: () => {
      armed?.cancel()
      fire()
    },
    idle: () => running,
    stop: () => {
      stopped = true
      armed?.cancel()
    },
  }
}
