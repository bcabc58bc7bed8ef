import { CompiledQuery } from 'kysely'

import type { Dialect } from './dialect.ts'
import type { Trx } from './open.ts'
import type { Database } from './schema.ts'

type Value = string | number | null

/** A column, its type, and where a record keeps its value. */
export type Column<R> = readonly [name: string, type: 'text' | 'integer' | 'bigint', of: (record: R) => Value]

/** Below the 32,766 values that SQLite takes in one statement. */
const MAX_VALUES = 14_000

/** Inserts many rows by few statements. */
export async function insertMany<R>(
  { trx, dialect }: Writing,
  table: keyof Database,
  columns: readonly Column<R>[],
  records: readonly R[],
): Promise<void> {
  const names = columns.map(([name]) => name).join(', ')
  for (const chunk of chunksOf(records, columns.length))
    await trx.executeQuery(
      CompiledQuery.raw(
        `insert into ${table} (${names}) values ${rows(dialect, chunk.length, columns.length)}`,
        values(columns, chunk),
      ),
    )
}

/**
 * Updates many rows by few statements, which both databases understand. `keys` find the row.
 * Written as text: Kysely's builder takes as long to compile fourteen thousand values as SQLite to store them.
 */
export async function updateMany<R>(
  { trx, dialect }: Writing,
  table: keyof Database,
  { keys, columns }: { keys: readonly Column<R>[]; columns: readonly Column<R>[] },
  records: readonly R[],
): Promise<void> {
  const all = [...keys, ...columns]
  // PostgreSQL takes the values of a list for text
  const set = columns.map(([name, type], i) => `${name} = cast(v.column${keys.length + i + 1} as ${type})`).join(', ')
  const where = keys.map(([name], i) => `${table}.${name} = v.column${i + 1}`).join(' and ')
  for (const chunk of chunksOf(records, all.length))
    await trx.executeQuery(
      CompiledQuery.raw(
        `update ${table} set ${set} from (values ${rows(dialect, chunk.length, all.length)}) as v where ${where}`,
        values(all, chunk),
      ),
    )
}

export interface Writing {
  trx: Trx
  dialect: Dialect
}

const values = <R>(columns: readonly Column<R>[], records: readonly R[]): Value[] =>
  records.flatMap((record) => columns.map(([, , of]) => of(record)))

const rows = (dialect: Dialect, count: number, width: number): string =>
  Array.from(
    { length: count },
    (_, row) => `(${Array.from({ length: width }, (__, i) => dialect.placeholder(row * width + i + 1)).join(',')})`,
  ).join(',')

function* chunksOf<R>(records: readonly R[], width: number): Generator<readonly R[]> {
  const size = Math.floor(MAX_VALUES / width)
  for (let from = 0; from < records.length; from += size) yield records.slice(from, from + size)
}
