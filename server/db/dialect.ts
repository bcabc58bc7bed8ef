/** Everything in which SQLite and PostgreSQL differ lives in this file and in `open.ts`. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres'
  /** Statements that make the database itself refuse an UPDATE or DELETE of a table. */
  appendOnly(table: string): string[]
  /** Stands for the nth value of a statement, counted from 1. */
  placeholder(n: number): string
  /** Ends a `create table` whose primary key is all there is: the rows are kept once, in its order. */
  readonly clustered: string
  /** Statements that run `body` for every changed row, in the transaction that changes it. */
  onRow(trigger: RowTrigger): string[]
  /** Statements that make a text column order by its bytes, whatever the database's own language. */
  byteOrder(table: string, column: string): string[]
}

export interface RowTrigger {
  name: string
  table: string
  event: 'insert' | 'delete' | `update of ${string}`
  /** Of `old` and `new`. */
  when?: string
  body: readonly string[]
}

const onRowHead = ({ name, table, event, when }: RowTrigger): string =>
  `create trigger ${name} after ${event} on ${table} for each row ${when ? `when (${when})` : ''}`

export const sqlite: Dialect = {
  name: 'sqlite',
  appendOnly: (table) =>
    ['update', 'delete'].map(
      (verb) => `create trigger ${table}_no_${verb} before ${verb} on ${table}
        begin select raise(abort, 'the ${table} is append-only'); end`,
    ),
  placeholder: () => '?',
  clustered: ' without rowid',
  onRow: (trigger) => [`${onRowHead(trigger)} begin ${trigger.body.join('; ')}; end`],
  byteOrder: () => [],
}

export const postgres: Dialect = {
  name: 'postgres',
  appendOnly: (table) => [
    `create function ${table}_refuse() returns trigger language plpgsql as
      $$ begin raise exception 'the ${table} is append-only'; end $$`,
    `create trigger ${table}_append_only before update or delete on ${table}
      for each statement execute function ${table}_refuse()`,
  ],
  placeholder: (n) => `$${n}`,
  // PostgreSQL keeps rows and index apart, always
  clustered: '',
  onRow: (trigger) => [
    `create function ${trigger.name}() returns trigger language plpgsql as
      $$ begin ${trigger.body.join('; ')}; return null; end $$`,
    `${onRowHead(trigger)} execute function ${trigger.name}()`,
  ],
  byteOrder: (table, column) => [`alter table ${table} alter column ${column} type text collate "C"`],
}
