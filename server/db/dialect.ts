/** Everything in which SQLite and PostgreSQL differ lives in this file and in `open.ts`. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres'
  /** Statements that make the database itself refuse an UPDATE or DELETE of a table. */
  appendOnly(table: string): string[]
}

export const sqlite: Dialect = {
  name: 'sqlite',
  appendOnly: (table) =>
    ['update', 'delete'].map(
      (verb) => `create trigger ${table}_no_${verb} before ${verb} on ${table}
        begin select raise(abort, 'the ${table} is append-only'); end`,
    ),
}

export const postgres: Dialect = {
  name: 'postgres',
  appendOnly: (table) => [
    `create function ${table}_refuse() returns trigger language plpgsql as
      $$ begin raise exception 'the ${table} is append-only'; end $$`,
    `create trigger ${table}_append_only before update or delete on ${table}
      for each statement execute function ${table}_refuse()`,
  ],
}
