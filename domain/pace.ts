/** What a job has begun of late, for its pace. Times are epoch milliseconds. */
export interface PaceState {
  /** When the present slot began; null before the first device. */
  slotAt: number | null
  /** Devices begun in it. */
  used: number
}

export const NO_PACE: PaceState = { slotAt: null, used: 0 }

const MINUTE = 60_000
/** Shorter slots would only wake the dispatcher more often than it has anything to do. */
const SLOTS_A_MINUTE = 600

/** Devices that go together, and how far such groups lie apart, so that no minute begins more than the pace allows. */
export function slotOf(perMinute: number): { devices: number; everyMs: number } {
  const devices = Math.ceil(perMinute / SLOTS_A_MINUTE)
  return { devices, everyMs: Math.ceil(MINUTE / Math.floor(perMinute / devices)) }
}

/** A slot that lies ahead was begun before the clock was set back: it is over. */
const endOf = (perMinute: number, { slotAt }: PaceState, now: number): number =>
  slotAt === null || slotAt > now ? -Infinity : slotAt + slotOf(perMinute).everyMs

/** When the next device may begin: not after `now` where it may at once. @param perMinute null is no pace */
export function paceOpensAt(perMinute: number | null, state: PaceState, now: number): number {
  if (perMinute === null || state.used < slotOf(perMinute).devices) return now
  return Math.max(now, endOf(perMinute, state, now))
}

/** The state after a device has begun. */
export function paced(perMinute: number | null, state: PaceState, now: number): PaceState {
  if (perMinute === null) return state
  return now >= endOf(perMinute, state, now) ? { slotAt: now, used: 1 } : { ...state, used: state.used + 1 }
}
