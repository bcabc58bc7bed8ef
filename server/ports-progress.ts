import type { ProgressPoint } from '#domain/progress-curve.ts'

/** What is kept of how jobs went on over time. Times are epoch milliseconds. */
export interface ProgressReads {
  /** In the order of time. */
  progress(jobId: string): Promise<ProgressPoint[]>
}

export interface ProgressWrites {
  /** A later point of the same slot takes the place of an earlier one. */
  keepProgress(points: readonly (ProgressPoint & { jobId: string })[]): Promise<void>
}

/** A job of an organisation. */
export interface JobAsk {
  orgId: string
  jobId: string
}

/** How a job went on, for its chart. */
export interface JobCurves {
  progress(of: JobAsk): Promise<ProgressPoint[]>
}

/** Whose lines of the log: a job's own steps, or what happened to a device, in one job or at all. */
export type LogAbout = { jobId: string } | DeviceLog

export interface DeviceLog {
  deviceId: string
  inJob?: string | undefined
}
