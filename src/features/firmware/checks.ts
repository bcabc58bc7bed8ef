import { judgeSize } from '#domain/firmware-file.ts'
import type { Firmware } from '#contract/manage/firmware.ts'
import { counted, percent, size } from '#src/lib/bytes.ts'
import type { InspectionState } from './use-inspection.ts'

export type CheckState = 'pending' | 'passed' | 'failed' | 'noted'

export interface Check {
  label: string
  state: CheckState
  detail: string
  /** Set where the same bytes were found. */
  same?: Firmware
}

interface Known {
  file: File
  maxBytes: number
  inspected: InspectionState
  /** Undefined while it is asked, null when there is none. */
  same: Firmware | null | undefined
  /** What an earlier visit has sent of it, bytes. */
  sentBytes?: number | null | undefined
}

/** What is known about a chosen file, line by line. The refusals are the server's own words. */
export function checksOf({ file, maxBytes, inspected, same, sentBytes }: Known): Check[] {
  const tooSmallOrLarge = judgeSize(file.size, maxBytes)
  const bytes = counted(file.size, 'byte')
  const exact = size(file.size) === bytes ? bytes : `${size(file.size)}, ${bytes}`
  const name: Check = { label: 'Name', state: 'passed', detail: file.name }
  if (tooSmallOrLarge) return [name, { label: 'Size', state: 'failed', detail: `${exact}. ${tooSmallOrLarge.title}` }]
  return [
    name,
    { label: 'Size', state: 'passed', detail: exact },
    ...contentChecks(file, inspected),
    ...sameCheck(inspected, same),
    ...earlierCheck(file, sentBytes),
  ]
}

function contentChecks(file: File, { doneBytes, inspection, unreadable }: InspectionState): Check[] {
  if (unreadable !== undefined) {
    return [{ label: 'Kind', state: 'failed', detail: `The file cannot be read (${unreadable}). Choose it again.` }]
  }
  if (!inspection) {
    const detail = `${percent(doneBytes, file.size)} % read`
    return ['Kind', 'SHA-256', 'MD5'].map((label) => ({ label, state: 'pending', detail }))
  }
  const { verdict, sha256, md5 } = inspection
  return [
    verdict.ok
      ? { label: 'Kind', state: 'passed', detail: 'Binary' }
      : { label: 'Kind', state: 'failed', detail: verdict.title },
    { label: 'SHA-256', state: 'passed', detail: sha256 },
    { label: 'MD5', state: 'passed', detail: md5 },
  ]
}

function sameCheck({ inspection }: InspectionState, same: Firmware | null | undefined): Check[] {
  if (!inspection?.verdict.ok) return []
  const label = 'New here'
  if (same === undefined) return [{ label, state: 'pending', detail: 'Looking for the same bytes' }]
  if (same === null) return [{ label, state: 'passed', detail: 'No other firmware has these bytes' }]
  return [{ label, state: 'noted', detail: `The same bytes are already here as ${same.name} ${same.version}`, same }]
}

function earlierCheck(file: File, sentBytes: number | null | undefined): Check[] {
  if (!sentBytes) return []
  const detail = `${size(sentBytes)} of ${size(file.size)} are on the server already. The upload goes on from there.`
  return [{ label: 'Sent before', state: 'noted', detail }]
}

/** Passed as far as it can be: a note is no refusal. */
export const isAccepted = (checks: readonly Check[]): boolean =>
  checks.every(({ state }) => state === 'passed' || state === 'noted')
