import type { Clock } from './ports.ts'

/** A timer longer than this would fire at once in Node; short steps also notice when the wall clock jumps. */
const STEP_MS = 30_000
/** Wall and monotonic clock further apart than this: the wall clock jumped, or the machine slept. */
const DRIFT_MS = 60_000

/** The real time. Timers do not keep the process alive. */
export function systemClock(): Clock {
  const now = () => Date.now()
  const monotonic = () => performance.now()
  return { now, monotonic, at: (at, task) => armed(now, at, task), onJump: (task) => watched({ now, monotonic }, task) }
}

/** Compares the two clocks from time to time. */
function watched({ now, monotonic }: Pick<Clock, 'now' | 'monotonic'>, task: (byMs: number) => void): () => void {
  let apart = now() - monotonic()
  const look = () => {
    const drift = now() - monotonic() - apart
    if (Math.abs(drift) <= DRIFT_MS) return
    apart += drift
    task(drift)
  }
  const timer = setInterval(look, STEP_MS).unref()
  return () => clearInterval(timer)
}

function armed(now: () => number, at: number, task: () => void): () => void {
  let timer: NodeJS.Timeout
  const arm = () => {
    const left = at - now()
    timer = setTimeout(() => (now() >= at ? task() : arm()), Math.min(Math.max(left, 0), STEP_MS)).unref()
  }
  arm()
  return () => clearTimeout(timer)
}

/** A clock that tests move. */
export interface MovableClock extends Clock {
  /**
   * Moves wall and monotonic time on and fires every timer on the way, each at its own time and in order.
   * Resolves when they have been fired; what they began may still be at work. By 0 it fires what is due already.
   * @param settled awaited after each moment at which timers fired, before time goes on
   */
  advance(ms: number, settled?: () => Promise<void>): Promise<void>
  /** Moves the wall clock alone, as an administrator or NTP would. */
  jump(ms: number): void
}

interface Timer {
  at: number
  task: () => void
}

/** Stands still until it is moved. */
export const stoppedClock = (start: number): MovableClock => movable({ wall: () => start, monotonic: () => 0 }, false)

/** Runs like the real one and can be moved forward besides: for a whole service under test (`TEST_CLOCK`). */
export const movableSystemClock = (): MovableClock =>
  movable({ wall: () => Date.now(), monotonic: () => performance.now() }, true)

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/** @param running the base moves by itself, so that timers have to be watched */
function movable(base: { wall(): number; monotonic(): number }, running: boolean): MovableClock {
  const timers = new Set<Timer>()
  const watchers = new Set<(byMs: number) => void>()
  let moved = 0
  let jumped = 0
  let watch: NodeJS.Timeout | undefined
  const now = () => base.wall() + moved + jumped
  const first = () => [...timers].reduce<Timer | undefined>((a, b) => (a && a.at <= b.at ? a : b), undefined)

  function fireDue(): void {
    for (let timer = first(); timer && timer.at <= now(); timer = first()) {
      timers.delete(timer)
      timer.task()
    }
  }
  /** The next turn of the loop for what is due already, so that `at` never calls its caller back at once. */
  function schedule(): void {
    clearTimeout(watch)
    const next = first()
    if (!next || !(running || next.at <= now())) return
    const onTime = () => {
      fireDue()
      schedule()
    }
    watch = setTimeout(onTime, Math.min(Math.max(next.at - now(), 0), STEP_MS)).unref()
  }

  return {
    now,
    monotonic: () => base.monotonic() + moved,
    at: (at, task) => {
      const timer = { at, task }
      timers.add(timer)
      schedule()
      return () => timers.delete(timer)
    },
    onJump: (task) => {
      watchers.add(task)
      return () => watchers.delete(task)
    },
    jump: (ms) => {
      jumped += ms
      if (Math.abs(ms) > DRIFT_MS) for (const task of watchers) task(ms)
      schedule()
    },
    async advance(ms, settled = nextTurn) {
      const end = now() + ms
      do {
        moved += Math.max(0, Math.min(first()?.at ?? end, end) - now())
        fireDue()
        // what a timer began may arm the next one on the way
        await settled()
      } while (now() < end)
      schedule()
    },
  }
}
