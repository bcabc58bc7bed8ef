import { z } from 'zod'

import { DeviceKey, Id, ReportedVersion, Time } from './common.ts'

/** For each key the values that match; a device matches when each named key has one of them. */
const Matching = z.record(z.string().min(1).max(50), z.array(z.string().max(200)).min(1).max(100))

/** Which devices. Every part that is given narrows the scope; an empty one asks nothing. */
export const Scope = z.strictObject({
  /** Source versions; empty means any version but the target. */
  versions: z.array(ReportedVersion).max(100).default([]),
  /** Device keys, typed or pasted; empty means all devices of the product. */
  deviceKeys: z.array(DeviceKey).max(10_000).default([]),
  /** Keys taken from a CSV. */
  deviceListId: Id.nullable().default(null),
  tags: Matching.default({}),
  attributes: Matching.default({}),
  /** A share of what matches; the same seed takes the same devices. */
  percent: z.int().min(1).max(100).default(100),
  seed: z.string().max(64).default(''),
})
export type Scope = z.infer<typeof Scope>

/** A scope without the device keys that it names, which may be ten thousand: how many they are stands beside it. */
export const ScopeInShort = Scope.omit({ deviceKeys: true })
export type ScopeInShort = z.infer<typeof ScopeInShort>

export const Excluded = z.enum([
  'atTarget',
  'noVersion',
  'otherVersion',
  'disabled',
  'unknownKey',
  'otherTag',
  'otherAttribute',
  'otherShare',
])
export const Preview = z.object({
  matched: z.int(),
  /** Of the product's devices (or of the keys asked for), how many are left out and why. */
  excluded: z.array(z.object({ reason: Excluded, count: z.int() })),
  byVersion: z.array(z.object({ version: z.string(), count: z.int() })),
  byConnection: z.object({ online: z.int(), offline: z.int() }),
  /** Devices that another unfinished job also wants. */
  overlapping: z.int(),
  /** What the operator should read before starting; empty when there is nothing to say. */
  warnings: z.array(z.object({ code: z.string(), path: z.string(), title: z.string() })),
  /** When the last device will have ended; null when it never will, or nothing matches. */
  forecast: z.object({ earliest: Time, latest: Time }).nullable(),
})
export type Preview = z.infer<typeof Preview>
