import { RIGHT_WORDS, type OrgAction, type PlatformAction } from '#contract/rights.ts'

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
  matched: 'has matched its devices again',
  waveOpened: 'opened its next wave',
  advanced: 'is let go on to its next wave',
  ended: 'ended; devices that still waited are skipped',
  completed: 'completed: every device has ended',
  restarted: 'started again, because devices are retried',
  deleted: 'deleted',
} as const
export type JobVerb = keyof typeof JOB_WORDS

/** Where the log keeps what belongs to no organisation; never the id of one. Support and platform admins read it. */
export const DEPLOYMENT = 'deployment'

interface SessionWords {
  action: string
  did: (name: string) => string
  why: string | null
}
/** How somebody came in or went. */
export const SESSION_WORDS = {
  signedIn: { action: 'user.signedIn', did: (name) => `${name} signed in.`, why: null },
  signedOut: { action: 'user.signedOut', did: (name) => `${name} signed out.`, why: null },
  silent: {
    action: 'user.sessionEnded',
    did: (name) => `A session of ${name} ended.`,
    why: 'Nothing was done in it for too long.',
  },
  aged: {
    action: 'user.sessionEnded',
    did: (name) => `A session of ${name} ended.`,
    why: 'It reached its longest life.',
  },
} as const satisfies Record<string, SessionWords>
export type SessionEnd = 'signedOut' | 'silent' | 'aged'

/**
 * What was typed as an email is not told: people type their password there by mistake.
 * @param name whose password was wrong; null when there is no such person
 * @param more how many attempts this line stands for, when it is not one of its own
 */
export const signInFailedWords = (name: string | null, more = 0): string => {
  if (more > 0) return `${more} more attempts to sign in failed within a quarter of an hour.`
  return name === null ? 'Somebody tried to sign in as nobody we know.' : `An attempt to sign in as ${name} failed.`
}

export const refusedWords = (name: string, action: OrgAction | PlatformAction, more = 0): string =>
  more > 0
    ? `${name} was refused ${more} more times within a quarter of an hour: the account may not ${RIGHT_WORDS[action]}.`
    : `${name} was refused: the account may not ${RIGHT_WORDS[action]}.`

/** @param isTold the device was told its secret; else it came with it */
export const activatedWords = (deviceKey: string, isTold: boolean): string =>
  `Device ${deviceKey} was activated: it ${isTold ? 'was told its secret' : 'came with its own secret'}.`

/** @param more how many refusals this line stands for, when it is not one of its own */
export const refusedFileWords = (deviceKey: string, why: string, more = 0): string =>
  more > 0
    ? `${deviceKey} was refused firmware files ${more} more times within a quarter of an hour.`
    : `${deviceKey} was refused a firmware file: ${why}`

const linesOf = (n: number): string => (n === 1 ? '1 line' : `${n} lines`)
export const archivedWords = (month: string, lines: number, file: string): string =>
  `The log of ${month} was archived: ${linesOf(lines)} in ${file}.`
export const droppedWords = (month: string, lines: number): string =>
  `${linesOf(lines)} of ${month} left the log, because an archive holds them.`
