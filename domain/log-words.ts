/** What happened to a job, as the log says it: `Job “name” started.` Server and mock say it alike. */
export const JOB_WORDS = {
  created: 'created',
  started: 'started',
  stopped: 'stopped; devices under way go on',
  halted: 'halted by its halt rule; devices under way go on',
  resumed: 'resumed',
  startAsked: 'waits for the approval of its start',
  approved: 'approved and started',
  rejected: 'given back: its start was not approved',
  withdrawn: 'given back: the request for approval was withdrawn',
  edited: 'edited',
  waveOpened: 'opened its next wave',
  advanced: 'is let go on to its next wave',
  ended: 'ended; devices that still waited are skipped',
  completed: 'completed: every device has ended',
  restarted: 'started again, because devices are retried',
  deleted: 'deleted',
} as const
export type JobVerb = keyof typeof JOB_WORDS
