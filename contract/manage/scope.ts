import { z } from 'zod'

import { DeviceKey, Id, ReportedVersion, ONE_LINE } from './common.ts'

export const JobType = z.enum(['verify', 'upgrade'])
export type JobType = z.infer<typeof JobType>

/** For each key the values that match; a device matches when each named key has one of them. */
const Matching = z.record(
  z
    .string()
    .min(1)
    .max(50)
    .regex(...ONE_LINE),
  z
    .array(
      z
        .string()
        .max(200)
        .regex(...ONE_LINE),
    )
    .min(1)
    .max(100),
)

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
  seed: z
    .string()
    .max(64)
    .regex(...ONE_LINE)
    .default(''),
})
export type Scope = z.infer<typeof Scope>

/** A scope without the device keys that it names, which may be ten thousand: how many they are stands beside it. */
export const ScopeInShort = Scope.omit({ deviceKeys: true })
export type ScopeInShort = z.infer<typeof ScopeInShort>
