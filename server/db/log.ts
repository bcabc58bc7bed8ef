import type { Selectable } from 'kysely'

import type { EngineReads, LogLine, LogRecord } from '#server/ports-engine.ts'

import { newId } from './ids.ts'
import { insertMany, type Column, type Writing } from './many.ts'
import type { Reader } from './open.ts'
import { keysetPage } from './page.ts'
import type { LogTable } from './schema-kept.ts'

const COLUMNS: readonly Column<LogLine>[] = [
  ['id', 'text', ({ at }) => newId(at)],
  ['org_id', 'text', ({ orgId }) => orgId],
  ['at', 'bigint', ({ at }) => at],
  ['actor_kind', 'text', ({ actor }) => actor.kind],
  ['actor_id', 'text', ({ actor }) => actor.id],
  ['actor_name', 'text', ({ actor }) => actor.name],
  ['address', 'text', ({ actor }) => actor.address],
  ['object_kind', 'text', ({ object }) => object.kind],
  ['object_id', 'text', ({ object }) => object.id],
  ['job_id', 'text', ({ jobId }) => jobId ?? null],
  ['device_id', 'text', ({ deviceId }) => deviceId ?? null],
  ['action', 'text', ({ action }) => action],
  ['from_state', 'text', ({ from }) => from ?? null],
  ['to_state', 'text', ({ to }) => to ?? null],
  ['why', 'text', ({ why }) => why ?? null],
  // the sentence is kept as it was true then: names change, the log does not
  ['data', 'text', ({ summary, data }) => JSON.stringify({ ...data, summary })],
]

/** Appends what happened, in its order, in the transaction that made it happen. */
export const appendLog = (writing: Writing, lines: readonly LogLine[]): Promise<void> =>
  insertMany(writing, 'log', COLUMNS, lines)

export const lineOf = (row: Selectable<LogTable>): LogRecord => ({
  id: row.id,
  at: row.at,
  actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name, address: row.address },
  jobId: row.job_id,
  deviceId: row.device_id,
  action: row.action,
  from: row.from_state,
  to: row.to_state,
  why: row.why,
  summary: (JSON.parse(row.data) as { summary: string }).summary,
})

export function logReads(db: Reader): Pick<EngineReads, 'logPage'> {
  return {
    async logPage(of, ask) {
      const rows = db.selectFrom('log').selectAll()
      // a job's own steps: those of its devices, of which there may be a million, stand in each device's history
      let about =
        'jobId' in of
          ? rows.where('job_id', '=', of.jobId).where('device_id', 'is', null)
          : rows.where('device_id', '=', of.deviceId)
      // of one device there are few lines, so that no index has to know the job as well
      if ('deviceId' in of && of.inJob !== undefined) about = about.where('job_id', '=', of.inJob)
      const page = await keysetPage(about, ['id'], ask)
      return { ...page, items: page.items.map(lineOf), total: null }
    },
  }
}
