import type { Clock, Logger } from '#server/ports.ts'
import type { EngineStore } from '#server/ports-engine.ts'

import { breathe } from './scope.ts'
import type { Aftermath } from './work.ts'

const RETRY_MS = 5_000

/** Work on one job in many short transactions, with a pause after each. It can be begun again at any point. */
export type Errand = (jobId: string) => AsyncGenerator<void>

export interface ErrandTerms {
  store: EngineStore
  clock: Clock
  log: Logger
  settle: (aftermath: Aftermath) => void
}

export interface Errands {
  /**
   * Begins it; one that is under way looks once more when it is through. Resolves when it is done, and rejects when it
   * failed: it is then tried again by itself.
   */
  run(jobId: string): Promise<void>
  idle(): Promise<void>
  /** Ends each behind its next transaction; the next start of the service takes them up again. */
  stop(): void
}

/** Does what follows from acts on jobs, one errand a job. @param what it is, for the service's own log */
export function createErrands(
  { clock, log }: Pick<ErrandTerms, 'clock' | 'log'>,
  what: string,
  errand: Errand,
): Errands {
  const underWay = new Map<string, Promise<void>>()
  const again = new Set<string>()
  let stopped = false

  async function go(jobId: string): Promise<void> {
    try {
      do {
        again.delete(jobId)
        for (const steps = errand(jobId); !(await steps.next()).done;) {
          if (stopped) return
          await breathe()
        }
      } while (again.has(jobId))
    } catch (error) {
      log.error({ err: error, jobId }, `${what} failed; it is tried again`)
      clock.at(clock.now() + RETRY_MS, () => void run(jobId).catch(() => {}))
      throw error
    } finally {
      // in one step with the last look at what was asked for again
      underWay.delete(jobId)
    }
  }

  function run(jobId: string): Promise<void> {
    const running = underWay.get(jobId)
    if (running) {
      again.add(jobId)
      return running
    }
    if (stopped) return Promise.resolve()
    const begun = go(jobId)
    underWay.set(jobId, begun)
    return begun
  }

  return {
    run,
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay.values())
    },
    stop: () => {
      stopped = true
    },
  }
}
