import type { FailureKind } from '#contract/manage/failure.ts'

/** Failure kinds as headings and choices; the sentences stand in the rules of the domain. */
export const FAILURE_LABELS: Readonly<Record<FailureKind, string>> = {
  undefined: 'Unknown cause',
  download: 'Download failed',
  verification: 'File not as announced',
  writing: 'Writing failed',
  refused: 'Declined by the device',
  noAnswer: 'No answer',
  timedOut: 'Timed out',
  interrupted: 'Interrupted',
  fellBack: 'Fell back to the old version',
  otherVersion: 'Reports another version',
  pushNotTaken: 'Push not taken',
  fileMissing: 'File missing',
}
