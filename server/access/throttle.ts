import { problems } from '#contract/problems.ts'
import { ProblemError, type Clock } from '#server/ports.ts'

/** Counts failures by name and says when one has had too many. */
export interface Throttle {
  /** @throws ProblemError 429 with Retry-After while any of the names has used up its failures */
  check(names: readonly string[]): void
  failed(names: readonly string[]): void
  /** One counted failure was none. */
  takeBack(name: string): void
  /** A success ends the story of this name. */
  forget(name: string): void
}

/** Names kept at once: an attacker with many addresses must not fill the memory. */
const MAX_NAMES = 20_000

interface Failures {
  count: number
  /** When they are forgotten. */
  until: number
}

/**
 * @param most failures that each kind of name may have within the window; the kind is what stands before `:`
 * @param windowMs counted from the first failure
 */
export function createThrottle(clock: Clock, most: Readonly<Record<string, number>>, windowMs: number): Throttle {
  const failures = new Map<string, Failures>()
  const standing = (name: string): Failures | undefined => {
    const found = failures.get(name)
    if (found && found.until > clock.now()) return found
    failures.delete(name)
    return undefined
  }
  const limitOf = (name: string) => most[name.slice(0, name.indexOf(':'))] ?? 1
  return {
    check(names) {
      const waits = names
        .map((name) => ({ limit: limitOf(name), found: standing(name) }))
        .flatMap(({ limit, found }) => (found && found.count >= limit ? [found.until - clock.now()] : []))
      if (waits.length === 0) return
      throw new ProblemError(problems.throttled(), Math.max(...waits) / 1000)
    },
    failed(names) {
      for (const name of names) {
        const found = standing(name) ?? { count: 0, until: clock.now() + windowMs }
        failures.set(name, { ...found, count: found.count + 1 })
      }
      for (const oldest of failures.keys()) {
        if (failures.size <= MAX_NAMES) break
        failures.delete(oldest)
      }
    },
    takeBack(name) {
      const found = standing(name)
      if (found) failures.set(name, { ...found, count: found.count - 1 })
    },
    forget: (name) => failures.delete(name),
  }
}
