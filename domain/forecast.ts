import type { Policy } from '#contract/manage/policies.ts'

import { openings } from './window.ts'

/** When the last device will have ended, as a range, epoch milliseconds; null when it never will. */
export interface Forecast {
  earliest: number
  latest: number
}

/**
 * Adds up open time until the work fits. Waves add their soak; failures, halts and people are not foreseen.
 * @param durations shortest and longest time of one upgrade, milliseconds
 */
export function forecast(
  policy: Policy,
  devices: number,
  durations: { short: number; long: number },
  now: number,
): Forecast | null {
  const begin = Math.max(now, policy.startAt === null ? now : Date.parse(policy.startAt))
  const soak = policy.waves.slice(0, -1).reduce((total, { gate }) => total + gate.soakMinutes * 60_000, 0)
  const finish = (duration: number): number | null => {
    const rounds = Math.ceil(devices / policy.concurrency)
    const byPace = policy.pacePerMinute === null ? 0 : (devices / policy.pacePerMinute) * 60_000
    // the last round may run on after the window has closed: only its dispatch needs open time
    const dispatching = Math.max(Math.max(0, rounds - 1) * duration, byPace)
    const end = spend(policy, begin, dispatching)
    return end === null ? null : end + duration + soak
  }
  const [earliest, latest] = [finish(durations.short), finish(durations.long)]
  return earliest === null || latest === null ? null : { earliest, latest }
}

/** What one upgrade takes where none has been measured: something, and no more than its timeout. */
export const boundsOf = ({ timeoutSeconds }: Policy) => ({ short: 0, long: timeoutSeconds * 1_000 })

/** The moment at which `work` milliseconds of open time have passed since `begin`. */
function spend({ window }: Policy, begin: number, work: number): number | null {
  if (window === null) return begin + work
  let left = work
  for (const { start, end } of openings(window, begin)) {
    const from = Math.max(start, begin)
    if (end - from >= left) return from + left
    left -= end - from
  }
  return null
}
