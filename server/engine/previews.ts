import type { Preview, PreviewAnswer } from '#contract/manage/jobs.ts'
import { problems } from '#contract/problems.ts'
import { ProblemError, type Clock } from '#server/ports.ts'
import type { PreviewAsker } from '#server/ports-jobs.ts'

import type { Watch } from './scope.ts'

/** Where more devices have to be looked at, counting takes longer than a request may. */
const AT_ONCE = 100_000
/** Counted at the same time: each reads the whole table in chunks, and all share one loop. More wait for their turn. */
const TOGETHER = 2
/** Kept of all people together: whoever asked longest ago is forgotten first. */
const MOST = 200
/** Nobody asked for so long while it was counted: the page is gone. */
const LEFT_MS = 60_000
/** A finished one is there for so long. */
const KEPT_MS = 5 * 60_000

export interface PreviewsTerms {
  clock: Clock
  newId: () => string
  /** Devices that are counted while the request waits, at most; `AT_ONCE` unless said otherwise. */
  atOnce?: number | undefined
}

/** Counts; `watch` is told of the devices it has looked at, and throws when nobody waits for the count any more. */
type Count = (watch: Watch) => Promise<Preview>

export interface Previews {
  /** The preview itself where few devices are to be looked at, else the promise of one. It ends the asker's former. */
  take(by: PreviewAsker, devices: number, count: Count): Promise<PreviewAnswer>
  /** @throws ProblemError 404 when the handle is not this asker's, or was forgotten; or what the count threw */
  ask(by: PreviewAsker, handle: string): PreviewAnswer
  /** Ends every count; resolves when none reads any more. */
  stop(): Promise<void>
}

interface Kept extends PreviewAsker {
  handle: string
  devices: number
  seen: number
  count: Count
  /** What came of it, a preview or an error; undefined while it is counted. */
  result: { preview: Preview } | { error: unknown } | undefined
  /** Monotonic time at which it is forgotten. */
  until: number
}

class NobodyWaits extends Error {}

/** Previews of many devices, counted beside the requests that ask for them: in memory, one for each person. */
export function createPreviews({ clock, newId, atOnce = AT_ONCE }: PreviewsTerms): Previews {
  /** By the person; whoever asked last stands last. */
  const kept = new Map<string, Kept>()
  const waiting: Kept[] = []
  const running = new Set<Promise<void>>()

  /** Whether somebody still waits for it. */
  const isKept = (one: Kept): boolean => kept.get(one.userId) === one && clock.monotonic() < one.until

  /** It was asked for a moment ago. */
  function keep(one: Kept, ms: number): void {
    one.until = clock.monotonic() + ms
    kept.delete(one.userId)
    kept.set(one.userId, one)
  }

  function makeRoom(): void {
    for (const [userId, one] of kept) if (!isKept(one)) kept.delete(userId)
    const [longestAgo] = kept.keys()
    if (kept.size >= MOST && longestAgo !== undefined) kept.delete(longestAgo)
  }

  async function run(one: Kept): Promise<void> {
    const watch: Watch = (looked) => {
      if (!isKept(one)) throw new NobodyWaits()
      // devices that were registered meanwhile are looked at as well
      one.seen = Math.min(one.devices, one.seen + looked)
    }
    try {
      one.result = { preview: await one.count(watch) }
    } catch (error) {
      one.result = { error }
    }
    if (isKept(one)) one.until = clock.monotonic() + KEPT_MS
  }

  function runNext(): void {
    while (running.size < TOGETHER) {
      const one = waiting.shift()
      if (!one) return
      if (!isKept(one)) continue
      const counted = run(one).finally(() => {
        running.delete(counted)
        runNext()
      })
      running.add(counted)
    }
  }

  return {
    async take(by, devices, count) {
      kept.delete(by.userId)
      if (devices <= atOnce) return count(() => {})
      makeRoom()
      const one: Kept = { ...by, handle: newId(), devices, seen: 0, count, result: undefined, until: 0 }
      keep(one, LEFT_MS)
      waiting.push(one)
      runNext()
      return answerOf(one)
    },
    ask(by, handle) {
      const one = kept.get(by.userId)
      if (!one || one.handle !== handle || one.orgId !== by.orgId || !isKept(one))
        throw new ProblemError(problems.previewGone())
      if (!one.result) keep(one, LEFT_MS)
      return answerOf(one)
    },
    async stop() {
      kept.clear()
      await Promise.all(running)
    },
  }
}

function answerOf({ handle, devices, seen, result }: Kept): PreviewAnswer {
  if (!result) return { handle, devices, seen }
  if ('error' in result) throw result.error
  return result.preview
}
