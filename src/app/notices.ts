import type { Job } from '#src/features/jobs/queries.ts'

export type NoticeKind = 'halted' | 'approval' | 'verified'

export interface Notice {
  /** The same thing that happens again is another notice. */
  id: string
  kind: NoticeKind
  jobId: string
  jobName: string
  /** What happened, in one plain sentence. */
  text: string
  /** ISO time. */
  at: string
}

/** Whom the notices are for, and what they may do. */
export interface Reader {
  userId: string
  mayWrite: boolean
  mayApprove: boolean
}

interface Lists {
  halted: readonly Job[]
  waiting: readonly Job[]
  verifications: readonly Job[]
}

/** A verification that ended earlier is no news. */
const NEWS_MS = 3 * 24 * 3_600_000

const idOf = (kind: NoticeKind, { id, version }: Job): string => `${kind} ${id} ${version}`

/** What this person should know of, newest first. @param now epoch milliseconds */
export function noticesFor(reader: Reader, { halted, waiting, verifications }: Lists, now: number): Notice[] {
  const { userId, mayWrite, mayApprove } = reader
  const of = (kind: NoticeKind, job: Job, text: string, at: string): Notice => ({
    id: idOf(kind, job),
    kind,
    jobId: job.id,
    jobName: job.name,
    text,
    at,
  })
  const notices = [
    ...halted
      .filter(({ createdBy }) => mayWrite || createdBy.id === userId)
      .map((job) => of('halted', job, job.haltReason ?? 'The job was halted.', job.startedAt ?? job.createdAt)),
    ...waiting
      // nobody approves what they asked for themselves
      .filter(({ approvalAskedBy }) => mayApprove && approvalAskedBy?.id !== userId)
      .map((job) =>
        of('approval', job, `${job.approvalAskedBy?.name ?? 'Somebody'} asks you to approve its start.`, job.createdAt),
      ),
    ...verifications
      .filter(
        ({ createdBy, endedAt }) => createdBy.id === userId && endedAt !== null && now - Date.parse(endedAt) < NEWS_MS,
      )
      .map((job) => of('verified', job, verdictOf(job), job.endedAt ?? job.createdAt)),
  ]
  return notices.toSorted((a, b) => (a.at < b.at ? 1 : -1))
}

function verdictOf({ firmware, counts: { succeeded, failed } }: Job): string {
  const what = `${firmware.name} ${firmware.version}`
  return `The verification of ${what} has finished: ${succeeded} succeeded, ${failed} failed.`
}
