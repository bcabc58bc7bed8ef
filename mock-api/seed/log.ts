import { iso } from '#mock-api/clock.ts'
import type { JobRow, LogRow } from '#mock-api/world.ts'

import { id } from './ids.ts'

const HOUR = 3_600_000

/** What is known of the seeded jobs: that they were created, started and ended. */
export function seedLog(jobs: readonly JobRow[]): LogRow[] {
  return jobs
    .flatMap((job) => {
      const at = Date.parse(job.createdAt)
      const line = (offset: number, action: string, summary: string, from: string | null, to: string | null) => ({
        orgId: job.orgId,
        jobId: job.id,
        deviceId: null,
        at: iso(at + offset),
        actor: job.createdBy,
        actorKind: 'user' as const,
        address: '127.0.0.1',
        objectKind: 'job',
        objectId: job.id,
        action,
        summary,
        from,
        to,
        why: null,
      })
      return [
        line(0, 'job.created', `Job “${job.name}” created.`, null, 'stopped'),
        ...(job.startedAt ? [line(60_000, 'job.started', `Job “${job.name}” started.`, 'stopped', 'started')] : []),
        ...(job.endedAt
          ? [
              line(
                HOUR,
                'job.completed',
                `Job “${job.name}” completed: every device has ended.`,
                'started',
                'completed',
              ),
            ]
          : []),
      ]
    })
    .map((entry, n) => ({ ...entry, id: id.log(n + 1) }))
}
