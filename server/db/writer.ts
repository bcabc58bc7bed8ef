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

const undone = new WeakSet<object>()

/** Whether an error came out of a transaction of which nothing has stayed. */
export const wasUndone = (error: unknown): boolean => undone.has(Object(error))

/** A commit that failed may have come through, with only its answer lost; not where the disk had no room for it. */
const isFull = (error: unknown): boolean => (error as { code?: unknown } | undefined)?.code === 'SQLITE_FULL'

/** The `transact` of a database whose writer has exactly one connection, and begins as the only one. */
export function oneWriter(writer: Kysely<Database>) {
  return async <T>(work: (trx: Trx) => Promise<T>): Promise<T> => {
    const around = running.getStore()
    if (around?.open && around.writer === writer)
      throw new Error('transact() was called inside transact(): pass the transaction on')
    const self: Running = { writer, open: true }
    let isCommitting = false
    const all = async (trx: Trx): Promise<T> => {
      const result = await work(trx)
      isCommitting = true
      return result
    }
    try {
      return await running.run(self, () => writer.transaction().execute(all))
    } catch (error) {
      if (!isCommitting || isFull(error)) undone.add(Object(error))
      throw error
    } finally {
      self.open = false
    }
  }
}
