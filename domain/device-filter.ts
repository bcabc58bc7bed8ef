import type { Connection } from '#contract/manage/devices.ts'

/** A tag that a list is asked for: with any value, or with one. */
export interface AskedTag {
  key: string
  value?: string
}

/** Of `key` or `key=value`: no key has an equals sign, a value may. */
export function askedTag(text: string): AskedTag {
  const at = text.indexOf('=')
  return at < 0 ? { key: text } : { key: text.slice(0, at), value: text.slice(at + 1) }
}

export function hasTag(tags: Readonly<Record<string, string>>, { key, value }: AskedTag): boolean {
  if (!Object.hasOwn(tags, key)) return false
  return value === undefined || tags[key] === value
}

const DAY_MS = 86_400_000

/** Whoever has been offline since before this moment, epoch ms, has not been seen for so many days. */
export const unseenBefore = (days: number, now: number): number => now - days * DAY_MS

interface Presence {
  connection: Connection
  /** Epoch ms; null for a device that never connected, which is missed since it was registered. */
  lastSeenAt: number | null
  createdAt: number
}

export const isUnseen = ({ connection, lastSeenAt, createdAt }: Presence, before: number): boolean =>
  connection === 'offline' && (lastSeenAt ?? createdAt) < before
