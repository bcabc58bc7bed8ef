const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A formatter takes a hundred times as long to make as to use, and a page has one zone. */
function formatted(options: Intl.DateTimeFormatOptions): (iso: string, zone: string) => string {
  const formats = new Map<string, Intl.DateTimeFormat>()
  return (iso, zone) => {
    // the Swedish locale writes ISO order
    const format = formats.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { ...options, timeZone: zone })
    formats.set(zone, format)
    return format.format(new Date(iso))
  }
}

/** `2026-01-10 18:03:07`, in the zone of the organisation. */
export const dateTime = formatted({ dateStyle: 'short', timeStyle: 'medium' })

/** `18:03:07`, in the zone of the organisation. */
export const clockTime = formatted({ timeStyle: 'medium' })

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** "3 minutes ago", "in 2 hours"; anything under a minute away is "just now" or "in a moment". */
export function ago(iso: string, now: number): string {
  const distance = Date.parse(iso) - now
  const size = Math.abs(distance)
  if (size < MINUTE) return distance > 15 * SECOND ? 'in a moment' : 'just now'
  if (size < HOUR) return relative.format(Math.round(distance / MINUTE), 'minute')
  if (size < DAY) return relative.format(Math.round(distance / HOUR), 'hour')
  return relative.format(Math.round(distance / DAY), 'day')
}

/** 7200 -> "2 h", 5400 -> "1 h 30 min", 90 -> "2 min", 42 -> "42 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  const hours = Math.trunc(minutes / 60)
  if (hours === 0) return `${minutes} min`
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
}

/** What a field for date and time shows: `2026-01-10T18:03` in the zone. */
export const localInput = (iso: string, zone: string): string => dateTime(iso, zone).slice(0, 16).replace(' ', 'T')

/**
 * The moment at which clocks of the zone show that. In a gap of daylight saving it is the moment after it.
 * @param local as a field for date and time gives it, `2026-01-10T18:03`
 * @returns ISO 8601, or undefined for what is no time
 */
export function fromLocalInput(local: string, zone: string): string | undefined {
  const wall = Date.parse(`${local}Z`)
  if (Number.isNaN(wall)) return undefined
  const offsetAt = (moment: number) =>
    Date.parse(`${dateTime(new Date(moment).toISOString(), zone).replace(' ', 'T')}Z`) -
    Math.trunc(moment / 1000) * 1000
  // the first guess may lie on the other side of a change of the clocks, the second does not
  const guess = wall - offsetAt(wall)
  return new Date(wall - offsetAt(guess)).toISOString()
}
