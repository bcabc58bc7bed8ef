import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { Id, OrgParams, Time } from './common.ts'
import { Policy } from './policies.ts'
import { JobType, Scope } from './scope.ts'

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

/** The promise of a preview: so many devices have to be looked at that no request could wait for it. */
export const Counting = z.object({
  /** To ask again with. It is its maker's alone, and forgotten when nobody asks for a while. */
  handle: Id,
  /** Devices that are looked at, and how many of them have been. */
  devices: z.int(),
  seen: z.int(),
})
export type Counting = z.infer<typeof Counting>

export const PreviewAnswer = z.union([Preview, Counting])
export type PreviewAnswer = z.infer<typeof PreviewAnswer>

export const isCounting = (answer: PreviewAnswer): answer is Counting => 'handle' in answer

export const previews = {
  preview: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/jobs/preview',
    kind: 'json',
    action: 'org.read',
    summary:
      'Which devices a job would take, and why others are left out; saves nothing. ' +
      'Where more than 100,000 devices have to be looked at, a handle to ask again with.',
    status: 200,
    params: OrgParams,
    /** Without a policy the defaults are meant, as in a creation. */
    body: z.strictObject({ type: JobType, firmwareId: Id, scope: Scope, policy: Policy.optional() }),
    reply: PreviewAnswer,
  }),
  previewed: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/jobs/previews/:handle',
    kind: 'json',
    action: 'org.read',
    summary: 'How far the counting of a preview is, then the preview; asking for another one ends the counting.',
    status: 200,
    params: OrgParams.extend({ handle: Id }),
    reply: PreviewAnswer,
  }),
}
