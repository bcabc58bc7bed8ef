import { DeviceKey } from '#contract/manage/common.ts'
import { DEVICE_LIST_MAX_BYTES, DEVICE_LIST_MAX_ERRORS, DEVICE_LIST_MAX_KEYS } from '#contract/manage/device-lists.ts'

import { cellOf, cellsOf, createCsvReader, MAX_RECORD, type Row } from './csv-reader.ts'
import type { Allowed, Refusal } from './refusal.ts'

const grouped = new Intl.NumberFormat('en-SG')
const lines = (n: number): string => `${grouped.format(n)} ${n === 1 ? 'line' : 'lines'}`

/** Why a file is no device list, the same from portal, mock and server. */
export const listRefusals = {
  empty: (): Refusal => ({ code: 'device_list_empty', title: 'The file has no device keys.' }),
  tooLong: (): Refusal => ({
    code: 'device_list_too_long',
    title: `A device list has at most ${lines(DEVICE_LIST_MAX_KEYS)}.`,
  }),
  tooLarge: (): Refusal => ({
    code: 'device_list_too_large',
    title: `The file is larger than ${DEVICE_LIST_MAX_BYTES / 1_048_576} MB.`,
  }),
  wrongLines: (wrong: number, of: number): Refusal => ({
    code: 'device_list_wrong_lines',
    title: `${grouped.format(wrong)} of ${lines(of)} ${wrong === 1 ? 'is' : 'are'} wrong, so nothing was kept.`,
  }),
  busy: (): Refusal => ({
    code: 'device_list_busy',
    title: 'Other device lists are being read. Try again in a minute.',
  }),
} as const

/** A refusal with the wrong lines among its fields. */
export interface ListRefusal extends Refusal {
  fields: Record<string, string>
}

export interface DeviceListReader {
  /** Takes the next piece of the file; answers the keys in it, in their order. */
  push(text: string): string[]
  end(): string[]
  /** Whether a line was wrong, so that nothing of the file will be kept. */
  isWrong(): boolean
  /** Whether there are more lines than a list may have: nothing more needs to be read. */
  isTooLong(): boolean
  /** What is wrong with the file as far as it was read. */
  refusal(): ListRefusal | null
}

/** As people and tools head the column: deviceKey, device_key, "Device Key". */
const isHead = (cell: string): boolean => /^device[ _]?key$/i.test(cell)

/** A cell is shown as far as it helps to find it. */
const shown = (cell: string): string => (cell.length > 40 ? `${cell.slice(0, 40)}…` : cell)

const FLAWS = {
  openQuote: 'A quote in this line is never closed',
  tooLong: `The line is too long: it has more than ${grouped.format(MAX_RECORD)} characters`,
} as const

function wrongWith(key: string): string | null {
  if (key === '') return 'The device key is missing'
  const parsed = DeviceKey.safeParse(key)
  return parsed.success ? null : `“${shown(key)}” is no device key: ${parsed.error.issues[0]?.message ?? 'not valid'}`
}

/** Reads device keys out of CSV, piece by piece. Every line is judged, so that all that is wrong is told at once. */
export function createDeviceListReader(): DeviceListReader {
  const csv = createCsvReader(judge)
  const fields: Record<string, string> = {}
  let keys: string[] = []
  let column: number | undefined
  let total = 0
  let wrong = 0

  function judge(row: Row): void {
    if (column === undefined) {
      const head = cellsOf(row).findIndex(isHead)
      column = Math.max(head, 0)
      if (head >= 0) return
    }
    total += 1
    const key = cellOf(row, column)
    const complaint = row.flaw === null ? wrongWith(key) : FLAWS[row.flaw]
    if (complaint === null) keys.push(key)
    else {
      wrong += 1
      if (wrong <= DEVICE_LIST_MAX_ERRORS) fields[`lines.${row.line}`] = complaint
    }
  }

  function taken(): string[] {
    const some = keys
    keys = []
    return some
  }

  return {
    push(text) {
      csv.push(text)
      return taken()
    },
    end() {
      csv.end()
      return taken()
    },
    isWrong: () => wrong > 0,
    isTooLong: () => total > DEVICE_LIST_MAX_KEYS,
    refusal() {
      if (total > DEVICE_LIST_MAX_KEYS) return { ...listRefusals.tooLong(), fields: {} }
      if (wrong > 0) return { ...listRefusals.wrongLines(wrong, total), fields }
      return total === 0 ? { ...listRefusals.empty(), fields: {} } : null
    },
  }
}

/** @param unfinishedJobs jobs of this list that are not completed */
export const canDeleteList = (unfinishedJobs: number): Allowed =>
  unfinishedJobs === 0
    ? true
    : {
        code: 'device_list_in_use',
        title: `${unfinishedJobs} unfinished ${unfinishedJobs === 1 ? 'job uses' : 'jobs use'} this device list. End ${unfinishedJobs === 1 ? 'it' : 'them'} first.`,
      }
