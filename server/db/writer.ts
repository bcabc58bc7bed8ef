import { AsyncLocalStorage } from 'node:async_hooks'

import type { Kysely } from 'kysely'

import type { Trx } from './open.ts'
import type { Database } from './schema.ts'

/** What is running: kept as an object, because timers armed inside a transaction outlive it with its context. */
interface Running {
  readonly writer: Kysely<Database>
  open: boolean
}

/** One for all databases: Node asks each storage that was ever used, also of a closed one, at every promise. */
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
