import { answerOf } from '#domain/wave-progress.ts'
import type { Clock, Logger } from '#server/ports.ts'
import type { EngineStore, JobCore } from '#server/ports-engine.ts'

import { Work, type Aftermath } from './work.ts'

const RETRY_MS = 5_000

export interface Soaks {
  start(): Promise<void>
  /** The job as it stands after a commit: its timer follows. */
  consider(jobs: readonly JobCore[]): void
  /** The wall clock jumped: every job's waves are judged anew. */
  jumped(): void
  idle(): Promise<void>
  stop(): void
}

export interface SoakTerms {
  store: EngineStore
  clock: Clock
  log: Logger
  settle: (aftermath: Aftermath) => void
}

/** Opens the next wave of a job when the one before has been observed for long enough: one timer a job. */
export function createSoaks({ store, clock, log, settle }: SoakTerms): Soaks {
  const armed = new Map<string, () => void>()
  let running: Promise<void> = Promise.resolve()
  let stopped = false

  function arm(jobId: string, at: number): void {
    armed.get(jobId)?.()
    armed.set(
      jobId,
      clock.at(at, () => {
        armed.delete(jobId)
        judge(jobId)
      }),
    )
  }

  function judge(jobId: string): void {
    running = running
      .then(() => open(jobId))
      .catch((error: unknown) => {
        log.error({ err: error, jobId }, 'the next wave could not be opened; it is tried again')
        arm(jobId, clock.now() + RETRY_MS)
      })
  }

  /** Whatever is touched has its waves judged as it is saved. */
  async function open(jobId: string): Promise<void> {
    if (stopped) return
    const aftermath = await store.transact(async (tx) => {
      const work = new Work(tx, clock.now())
      await work.loadJobs([jobId])
      for (const job of work.jobs.values()) work.touchJob(job)
      return work.save()
    })
    settle(aftermath)
  }

  function consider(jobs: readonly JobCore[]): void {
    for (const { id, state, waveState, policy } of jobs) {
      armed.get(id)?.()
      armed.delete(id)
      const answer = state === 'started' ? answerOf(waveState, policy.waves, clock.now()) : null
      const opensAt = answer?.open ? clock.now() : (answer?.opensAt ?? null)
      if (opensAt !== null) arm(id, opensAt)
    }
  }

  return {
    start: async () => consider(await store.read.startedJobs()),
    consider,
    jumped: () => [...armed.keys()].forEach(judge),
    idle: () => running,
    stop: () => {
      stopped = true
      for (const cancel of armed.values()) cancel()
    },
  }
}
