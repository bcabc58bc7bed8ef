import { AsyncLocalStorage } from 'node:async_hooks'

import type { Kysely } from 'kysely'

import type { Trx } from './open.ts'
import type { Database } from './schema.ts'

/** What is running: kept as an object, because timers armed inside a transaction outlive it with its context. */
interface Running {
  writer: Kysely<Database>
  open: boolean
}

/** One for all databases of a process: each that was ever used costs something at every promise, for good. */
const running = new AsyncLocalStorage<Running>()

/** The `transact` of a database whose writer has exactly one connection, and begins as the only one. */
export function oneWriter(writer: Kysely<Database>) {
  return async <T>(work: (trx: Trx) => Promise<T>): Promise<T> => {
    const around = running.getStore()
    if (around?.open && around.writer === writer)
      throw new Error('transact() was called inside transact(): pass the transaction on')
    const self: Running = { writer, open: true }
    try {
      return await running.run(self, () => writer.transaction().execute(work))
    } finally {
      self.open = false
    }
  }
}
