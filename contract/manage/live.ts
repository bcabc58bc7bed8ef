import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { Id, OrgParams, Time } from './common.ts'
import { Device } from './devices.ts'
import { Job, Task } from './jobs.ts'

/** A switch in a URL: `?jobs=1`. */
const Flag = z.enum(['0', '1']).default('0')

/**
 * Events of the stream, by SSE event name. Each but `beat` has an id; `Last-Event-ID` resumes,
 * or the stream says `reset` and the page asks again for what it shows.
 */
export const LiveEvents = {
  job: z.object({ at: Time, job: Job }),
  /** Changed tasks of the asked job, batched; `more` when not all are carried and the page should ask again. */
  tasks: z.object({ at: Time, jobId: Id, tasks: z.array(Task), more: z.boolean() }),
  device: z.object({ at: Time, device: Device }),
  reset: z.object({ at: Time }),
  beat: z.object({ at: Time }),
} as const
export type LiveEventName = keyof typeof LiveEvents
export type LiveEvent<N extends LiveEventName = LiveEventName> = {
  [K in N]: { name: K; data: z.infer<(typeof LiveEvents)[K]> }
}[N]

/** Silence after which a page says that what it shows may be old, in milliseconds. */
export const STALE_AFTER_MS = 3_000
export const BEAT_MS = 1_000

export const live = {
  stream: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/live',
    kind: 'stream',
    action: 'org.read',
    summary: 'Server-sent events: job, tasks, device, reset, beat.',
    status: 200,
    params: OrgParams,
    query: z.object({ job: Id.optional(), jobs: Flag, devices: Flag }),
    reply: Nothing,
  }),
}
