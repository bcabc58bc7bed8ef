import { sql, type Kysely } from 'kysely'

import type { Dialect } from '../dialect.ts'

/**
 * Lists of device keys. A list has a short number of its own, because it stands beside each of a million keys; one
 * that is not `ready` is not there for anybody but the sweep that removes it.
 */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const statements = [
    `create table device_lists (
      id text primary key, no integer not null unique, org_id text not null references orgs(id),
      product_key text not null references products(product_key), name text not null, state text not null,
      key_count integer not null, repeated_count integer not null, unknown_count integer not null,
      created_by text not null, created_by_name text not null, created_at bigint not null)`,
    'create index device_lists_org on device_lists (org_id, created_at, id)',
    ...dialect.byteOrder('device_lists', 'name'),
    `create table device_list_keys (
      list_no integer not null, device_key text not null, primary key (list_no, device_key))${dialect.clustered}`,
    ...dialect.byteOrder('device_list_keys', 'device_key'),
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
