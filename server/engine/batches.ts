import type { Logger } from '#server/ports.ts'

interface Waiting<Item, Answer> {
  item: Item
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

export interface Batches<Item, Answer> {
  /** Resolves once the item is durable; rejects when it could not be kept. */
  add(item: Item): Promise<Answer>
  /** Resolves when nothing waits and nothing is being committed. */
  idle(): Promise<void>
}

export interface BatchTerms<Item, Answer> {
  /** How long the first item waits for company, milliseconds. */
  gatherMs: number
  maxItems: number
  /** Commits a batch; the answers stand in the order of the items. `after` runs when they have been given. */
  commit: (items: readonly Item[]) => Promise<{ answers: readonly Answer[]; after: () => void }>
  log: Logger
}

/**
 * Group commit: what arrives within a few milliseconds, or while the last batch is being written, shares one
 * transaction and one sync of the disk. Commit, then answer, then announce.
 */
export function createBatches<Item, Answer>(terms: BatchTerms<Item, Answer>): Batches<Item, Answer> {
  const { gatherMs, maxItems, commit, log } = terms
  const waiting: Waiting<Item, Answer>[] = []
  let running = false
  let gathering = false
  let whenIdle: (() => void)[] = []

  async function commitOne(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const { answers, after } = await commit(batch.map(({ item }) => item))
      batch.forEach(({ resolve }, i) => resolve(answers[i]!))
      // the callers' continuations, which send the answers, run before anything is announced
      await new Promise(setImmediate)
      after()
    } catch (error) {
      log.error({ err: error, reports: batch.length }, 'reports could not be kept and are not acknowledged')
      for (const { reject } of batch) reject(error)
    }
  }

  async function run(): Promise<void> {
    gathering = false
    if (running) return
    running = true
    while (waiting.length > 0) await commitOne(waiting.splice(0, maxItems))
    running = false
    for (const resolve of whenIdle) resolve()
    whenIdle = []
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        if (running || gathering) return
        gathering = true
        setTimeout(() => void run(), gatherMs)
      }),
    idle: () =>
      running || gathering
        ? new Promise((resolve) => {
            whenIdle.push(resolve)
          })
        : Promise.resolve(),
  }
}
