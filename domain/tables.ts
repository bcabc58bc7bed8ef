import type { ActivityEntry } from '#contract/manage/activity.ts'
import type { Task } from '#contract/manage/jobs.ts'

import { changesInWords } from './changes.ts'
import { csvLine, type Cell } from './csv.ts'

/** Columns of an export: the head of each and what stands under it. Their order is part of what readers rely on. */
export type Columns<Row> = readonly (readonly [title: string, of: (row: Row) => Cell])[]

export const headOf = <Row>(columns: Columns<Row>): string => csvLine(columns.map(([title]) => title))
export const linesOf = <Row>(columns: Columns<Row>, rows: readonly Row[]): string =>
  rows.map((row) => csvLine(columns.map(([, of]) => of(row)))).join('')

/** The log, one line for each thing that happened. */
export const ACTIVITY_COLUMNS: Columns<ActivityEntry> = [
  ['at', ({ at }) => at],
  ['actor', ({ actor }) => actor.name],
  ['actorKind', ({ actorKind }) => actorKind],
  ['actorId', ({ actor }) => actor.id],
  ['address', ({ address }) => address],
  ['action', ({ action }) => action],
  ['summary', ({ summary }) => summary],
  ['from', ({ from }) => from],
  ['to', ({ to }) => to],
  ['why', ({ why }) => why],
  ['changes', ({ changes }) => changesInWords(changes)],
  ['objectKind', ({ objectKind }) => objectKind],
  ['objectId', ({ objectId }) => objectId],
  ['jobId', ({ jobId }) => jobId],
  ['deviceId', ({ deviceId }) => deviceId],
  ['id', ({ id }) => id],
]

/** A job, one line for each of its devices. */
export const TASK_COLUMNS: Columns<Task> = [
  ['deviceKey', ({ deviceKey }) => deviceKey],
  ['status', ({ status }) => status],
  ['reason', ({ reason }) => reason],
  ['waitsFor', ({ held }) => held?.reason ?? null],
  ['progress', ({ progress }) => progress],
  ['progressText', ({ progressText }) => progressText],
  ['attempt', ({ attempt }) => attempt],
  ['sourceVersion', ({ sourceVersion }) => sourceVersion],
  ['currentVersion', ({ currentVersion }) => currentVersion],
  ['connection', ({ connection }) => connection],
  ['failure', ({ failure }) => failure],
  ['skipReason', ({ skipReason }) => skipReason],
  ['proof', ({ proof }) => proof],
  ['alreadyThere', ({ alreadyThere }) => alreadyThere],
  ['late', ({ late }) => late],
  ['deadlineAt', ({ deadlineAt }) => deadlineAt],
  ['updatedAt', ({ updatedAt }) => updatedAt],
  ['deviceId', ({ deviceId }) => deviceId],
]
