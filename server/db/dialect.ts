import { sql, type Kysely } from 'kysely'

/** Everything in which SQLite and PostgreSQL differ lives in this file and in `open.ts`. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres'
  /** Statements that make the database itself refuse an UPDATE or DELETE of a table. */
  appendOnly(table: string): string[]
  /** After `appendOnly`: the database refuses every change but the DELETE of rows of which `mayGo` is true, a condition on `old`. */
  appendOnlyUnless(table: string, mayGo: string): string[]
  /** Stands for the nth value of a statement, counted from 1. */
  placeholder(n: number): string
  /** Ends a `create table` whose primary key is all there is: the rows are kept once, in its order. */
  readonly clustered: string
  /** A set of rows with `key` and `value`, out of JSON text that holds an object of texts. */
  pairsOf(json: string): string
  /** Ends a column that is computed of others: where it is indexed, both keep it as if it were written. */
  readonly computed: 'virtual' | 'stored'
  /** Statements that run `body` for every changed row, in the transaction that changes it. */
  onRow(trigger: RowTrigger): string[]
  /** Statements that make a text column order by its bytes, whatever the database's own language. */
  byteOrder(table: string, column: string): string[]
  /** Statements after which the database knows how many rows a table holds of what: it plans by that. */
  recount(table: string): string[]
  /** Lets a column hold ids of rows that are gone from the table that it referred to. */
  dropReference(db: Kysely<never>, reference: { table: string; column: string; to: string }): Promise<void>
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
  appendOnlyUnless: (table, mayGo) => [
    `drop trigger ${table}_no_delete`,
    `create trigger ${table}_no_delete before delete on ${table} when not (${mayGo})
        begin select raise(abort, 'the ${table} is append-only'); end`,
  ],
  placeholder: () => '?',
  clustered: ' without rowid',
  pairsOf: (json) => `json_each(${json})`,
  // the only kind that it can add to a table that is there
  computed: 'virtual',
  onRow: (trigger) => [`${onRowHead(trigger)} begin ${trigger.body.join('; ')}; end`],
  byteOrder: () => [],
  // it takes the index that fits, whatever it knows
  recount: () => [],
  async dropReference(db, { table, to }) {
    // SQLite changes no constraint: the table is written anew, and its indexes with it
    const made = sql<{ type: string; sql: string }>`select type, sql from sqlite_master
      where tbl_name = ${table} and sql is not null order by type <> 'table'`
    const [own, ...others] = (await made.execute(db)).rows
    if (own?.type !== 'table') throw new Error(`There is no table ${table}.`)
    const next = own.sql
      .replace(` references ${to}(id)`, '')
      .replace(new RegExp(`^create table "?${table}"?`, 'i'), `create table ${table}_next`)
    const columns = `insert into ${table}_next select * from ${table}`
    const renamed = `alter table ${table}_next rename to ${table}`
    for (const statement of [next, columns, `drop table ${table}`, renamed, ...others.map((one) => one.sql)])
      await sql.raw(statement).execute(db)
  },
}

export const postgres: Dialect = {
  name: 'postgres',
  appendOnly: (table) => [
    `create function ${table}_refuse() returns trigger language plpgsql as
      $$ begin raise exception 'the ${table} is append-only'; end $$`,
    `create trigger ${table}_append_only before update or delete on ${table}
      for each statement execute function ${table}_refuse()`,
  ],
  appendOnlyUnless: (table, mayGo) => [
    `drop trigger ${table}_append_only on ${table}`,
    `create trigger ${table}_append_only before update or truncate on ${table}
      for each statement execute function ${table}_refuse()`,
    `create function ${table}_refuse_unless() returns trigger language plpgsql as
      $$ begin if ${mayGo} then return old; end if; raise exception 'the ${table} is append-only'; end $$`,
    `create trigger ${table}_no_delete before delete on ${table}
      for each row execute function ${table}_refuse_unless()`,
  ],
  placeholder: (n) => `$${n}`,
  // PostgreSQL keeps rows and index apart, always
  clustered: '',
  pairsOf: (json) => `jsonb_each_text((${json})::jsonb)`,
  computed: 'stored',
  onRow: (trigger) => [
    `create function ${trigger.name}() returns trigger language plpgsql as
      $$ begin ${trigger.body.join('; ')}; return null; end $$`,
    `${onRowHead(trigger)} execute function ${trigger.name}()`,
  ],
  byteOrder: (table, column) => [`alter table ${table} alter column ${column} type text collate "C"`],
  recount: (table) => [`analyze ${table}`],
  async dropReference(db, { table, column }) {
    await sql.raw(`alter table ${table} drop constraint ${table}_${column}_fkey`).execute(db)
  },
}
