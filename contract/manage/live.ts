import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { Id, OrgParams, Time } from './common.ts'
import { Device } from './devices.ts'
import { Job, Task } from './jobs.ts'

/** Jobs whose devices one stream can carry: a browser's tabs share a stream, and each may look at another job. */
export const MAX_WATCHED = 20
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

/** `?job=` takes several ids, separated by commas. */
const WatchedJobs = z
  .string()
  .regex(new RegExp(`^${UUID}(?:,${UUID}){0,${MAX_WATCHED - 1}}$`), `Give job ids, at most ${MAX_WATCHED}, by commas`)

/** The ids in `?job=`. */
export const watchedIn = (job: string | undefined): string[] => job?.split(',') ?? []

/** A switch in a URL: `?jobs=1`. */
const Flag = z.enum(['0', '1']).default('0')

/**
 * A name that a browser makes up. Its next stream of the same name takes the place of this one, which then ends as an
 * answer does: a browser that hangs up itself reports a failed request for each change of page.
 */
const StreamName = z.string().regex(/^[0-9a-f]{16,64}$/, 'Give 16 to 64 hexadecimal digits')
/**
 * Counts the streams of a name in the order in which they were asked for: two that are begun at once may arrive in the
 * other order, and the one that came too late is ended, not the one that is wanted.
 */
const StreamTurn = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 31)

/**
 * Events of the stream, by SSE event name. Each has an id, up to which everything has been told: of events that belong
 * together only the last has a new one, so that a cut between two of them loses neither. `Last-Event-ID` resumes, as does
 * `?since=` for a stream that is opened anew for other topics, even after a long silence, and may repeat rows that are
 * known; or the stream says `reset` and the page asks again for what it shows.
 */
export const LiveEvents = {
  job: z.object({ at: Time, job: Job }),
  /** Changed tasks of an asked job, batched; `more` when not all are carried and the page should ask again. */
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
    query: z.object({
      job: WatchedJobs.optional(),
      jobs: Flag,
      devices: Flag,
      since: z.string().max(64).optional(),
      stream: StreamName.optional(),
      turn: StreamTurn.default(0),
    }),
    reply: Nothing,
  }),
}
