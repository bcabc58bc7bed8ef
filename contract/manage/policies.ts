import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { Actor, Id, listOf, OrgParams, pageQuery, Time, ONE_LINE, PARAGRAPHS } from './common.ts'
import { FailureKind } from './failure.ts'
import { Zone } from './orgs.ts'

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Use a time of day such as 22:00')
const Weekday = z.int().min(1).max(7)
const WINDOW_MIN_MINUTES = 30

const grouped = new Intl.NumberFormat('en-SG')
/** A whole number of `unit`, refused in words. */
const whole = (least: number, most: number, unit = '') =>
  z
    .int('Give a whole number')
    .min(least, `At least ${grouped.format(least)}${unit}`)
    .max(most, `At most ${grouped.format(most)}${unit}`)

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
/** Length of a window in minutes; equal ends mean the whole day, a later start crosses midnight. */
export const windowMinutes = ({ from, to }: { from: string; to: string }): number =>
  ((minutesOf(to) - minutesOf(from) + 1439) % 1440) + 1

/** Daily from-to; one that crosses midnight belongs to the day on which it opens. Closing stops dispatch only. */
export const Window = z
  .strictObject({
    from: Clock,
    to: Clock,
    /** ISO weekdays, 1 is Monday. */
    weekdays: z.array(Weekday).min(1, 'Choose at least one weekday').max(7).default([1, 2, 3, 4, 5, 6, 7]),
    zone: Zone.default('Asia/Singapore'),
    /** All minutes of these dates are closed. */
    blackoutDates: z.array(z.iso.date()).max(366).default([]),
  })
  .refine((window) => windowMinutes(window) >= WINDOW_MIN_MINUTES, {
    path: ['to'],
    message: 'A window is open for at least 30 minutes',
  })
export type Window = z.infer<typeof Window>

/** What must hold before the next wave opens; all of what is given. */
export const WaveGate = z.strictObject({
  /** Share of the sample that must have succeeded; null asks for no rate. */
  successPercent: whole(1, 100, ' %').nullable().default(null),
  sample: whole(1, 100_000).default(10),
  /** Share of the wave that must have ended before the rate is believed. */
  finalPercent: whole(1, 100, ' %').default(80),
  soakMinutes: whole(0, 43_200, ' minutes').default(0),
  /** A person opens the next wave. */
  person: z.boolean().default(false),
})
export type WaveGate = z.infer<typeof WaveGate>

/** How far the wave reaches, counted from the first device of the job: a number of devices or a share of all. */
export const Wave = z
  .strictObject({
    upToDevices: whole(1, 1_000_000).nullable().default(null),
    upToPercent: whole(1, 100, ' %').nullable().default(null),
    /** The gate to the next wave; the last wave has none. */
    gate: WaveGate.prefault({}),
  })
  .refine(({ upToDevices, upToPercent }) => (upToDevices === null) !== (upToPercent === null), {
    path: ['upToPercent'],
    message: 'Give either a number of devices or a share',
  })
export type Wave = z.infer<typeof Wave>

/** Stops dispatching when too many fail: a rate over a sample, or a count, or both. */
export const HaltRule = z
  .strictObject({
    failurePercent: whole(1, 100, ' %').nullable().default(20),
    sample: whole(1, 100_000).default(10),
    failureCount: whole(1, 1_000_000).nullable().default(null),
    /** Kinds that count; empty means every kind but the device’s own refusal. */
    kinds: z.array(FailureKind).max(12).default([]),
  })
  .refine(({ failurePercent, failureCount }) => failurePercent !== null || failureCount !== null, {
    path: ['failurePercent'],
    message: 'Give a failure rate, a number of failures, or both',
  })
export type HaltRule = z.infer<typeof HaltRule>

export const Retry = z.strictObject({
  attempts: whole(0, 10).default(0),
  intervalSeconds: whole(60, 172_800, ' seconds').default(600),
  /** Kinds that are retried; empty means every kind but the device’s own refusal. */
  kinds: z.array(FailureKind).max(12).default([]),
})
export type Retry = z.infer<typeof Retry>

const wavesGrow = (waves: Wave[]): boolean => {
  const last = waves.at(-1)
  const percents = waves.flatMap(({ upToPercent }) => upToPercent ?? [])
  const counts = waves.flatMap(({ upToDevices }) => upToDevices ?? [])
  const growing = (numbers: number[]) => numbers.every((n, i) => i === 0 || n > (numbers[i - 1] ?? 0))
  return waves.length === 0 || (last?.upToPercent === 100 && growing(percents) && growing(counts))
}

/** How. A job keeps its own copy. Ranges and defaults: the policy table of the domain. */
export const Policy = z.strictObject({
  method: z.enum(['push', 'request', 'both']).default('push'),
  list: z.enum(['snapshot', 'incremental']).default('snapshot'),
  /** Nothing is dispatched before; null means now. */
  startAt: Time.nullable().default(null),
  /** Null means all day. */
  window: Window.nullable().default(null),
  /** Devices under way at once. */
  concurrency: whole(1, 10_000).default(300),
  pacePerMinute: whole(1, 100_000).nullable().default(null),
  /** Empty means one wave. */
  waves: z
    .array(Wave)
    .max(20)
    .default([])
    .refine(wavesGrow, 'Each wave reaches further than the one before, and the last reaches 100 %'),
  halt: HaltRule.nullable().prefault({}),
  timeoutSeconds: whole(300, 172_800, ' seconds').default(7_200),
  retry: Retry.prefault({}),
  /** `restarted` asks that the new version comes in a session begun after the last progress. */
  proof: z.enum(['reported', 'restarted']).default('reported'),
  /** A second person approves the start. */
  approval: z.boolean().default(false),
})
export type Policy = z.infer<typeof Policy>

export const PolicyWarning = z.object({ code: z.string(), path: z.string(), title: z.string() })

/** A named, reusable answer to *how*. A job copies it; editing it later changes no job. */
export const SavedPolicy = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  policy: Policy,
  warnings: z.array(PolicyWarning),
  jobCount: z.int(),
  createdBy: Actor,
  createdAt: Time,
  updatedAt: Time,
  version: z.int(),
})
export type SavedPolicy = z.infer<typeof SavedPolicy>

export const PolicyCreate = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, 'Give the policy a name')
    .max(64, 'At most 64 characters')
    .regex(...ONE_LINE),
  description: z
    .string()
    .max(512, 'At most 512 characters')
    .regex(...PARAGRAPHS)
    .default(''),
  policy: Policy,
})
export const PolicyReplace = PolicyCreate.extend({ version: z.int() })

const PolicyParams = OrgParams.extend({ policyId: Id })

export const policies = {
  list: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/policies',
    kind: 'json',
    action: 'org.read',
    summary: 'Upgrade policies by name; `q` is a prefix of it.',
    status: 200,
    params: OrgParams,
    query: pageQuery(['name']),
    reply: listOf(SavedPolicy),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/policies',
    kind: 'json',
    action: 'policy.write',
    summary: 'Save a policy for use by many jobs.',
    status: 201,
    params: OrgParams,
    body: PolicyCreate,
    reply: SavedPolicy,
  }),
  view: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/policies/:policyId',
    kind: 'json',
    action: 'org.read',
    summary: 'One policy.',
    status: 200,
    params: PolicyParams,
    reply: SavedPolicy,
  }),
  replace: endpoint({
    method: 'PUT',
    path: '/api/orgs/:org/policies/:policyId',
    kind: 'json',
    action: 'policy.write',
    summary: 'Replace a policy; jobs keep the copy that they took.',
    status: 200,
    params: PolicyParams,
    body: PolicyReplace,
    reply: SavedPolicy,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/api/orgs/:org/policies/:policyId',
    kind: 'json',
    action: 'policy.write',
    summary: 'Delete a policy; jobs keep the copy that they took.',
    status: 204,
    params: PolicyParams,
    reply: Nothing,
  }),
}
