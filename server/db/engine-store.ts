import { sql } from 'kysely'

import type { EngineReads, EngineStore, EngineTx } from '#server/ports-engine.ts'

import { deviceListReads } from './device-list-reads.ts'
import { newId } from './ids.ts'
import { jobReads, jobWrites } from './jobs.ts'
import { appendLog, logReads } from './log.ts'
import type { Db, Reader } from './open.ts'
import { policyReads } from './policies.ts'
import { progressReads, progressWrites } from './progress.ts'
import { presenceReads, presenceWrites } from './presence.ts'
import { registryReads, registryWrites } from './registered.ts'
import { taskReads, taskWrites } from './tasks.ts'

const reads = (db: Reader): EngineReads => ({
  ...presenceReads(db),
  ...registryReads(db),
  ...taskReads(db),
  ...jobReads(db),
  ...policyReads(db),
  ...progressReads(db),
  ...deviceListReads(db),
  ...logReads(db),
})

/** What the engine keeps, in either database. */
export function engineStore(db: Db): EngineStore {
  return {
    read: reads(db.read),
    transact: (work) =>
      db.transact((trx) => {
        const writing = { trx, dialect: db.dialect }
        const tx: EngineTx = {
          ...reads(trx),
          ...presenceWrites(writing),
          ...registryWrites(trx),
          ...taskWrites(writing),
          ...jobWrites(writing),
          ...progressWrites(writing),
          appendLog: (lines) => appendLog(writing, lines),
        }
        return work(tx)
      }),
    newId,
    async recountTasks() {
      for (const statement of db.dialect.recount('tasks')) await sql.raw(statement).execute(db.read)
    },
  }
}
