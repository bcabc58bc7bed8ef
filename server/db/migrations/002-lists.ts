import { sql, type Kysely } from 'kysely'

import type { Dialect } from '../dialect.ts'

/**
 * What keeps lists fast at a million devices: an index behind every order and filter on offer, and the number of
 * devices on each version and of those online, kept in the transaction that changes it. By trigger, so that no writer can forget it.
 */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const statements = [
    ...byteOrder.flatMap(([table, column]) => dialect.byteOrder(table, column)),
    `create table field_versions (
      product_key text not null, version text not null, org_id text not null, n integer not null,
      online integer not null,
      primary key (product_key, version))`,
    'create index field_versions_org on field_versions (org_id, version)',
    ...dialect.onRow({ name: 'devices_counted', table: 'devices', event: 'insert', body: [count('new', 1)] }),
    ...dialect.onRow({ name: 'devices_uncounted', table: 'devices', event: 'delete', body: [count('old', -1)] }),
    ...dialect.onRow({
      name: 'devices_recounted',
      table: 'devices',
      event: 'update of reported_version, connected',
      when: 'old.reported_version is distinct from new.reported_version or old.connected <> new.connected',
      body: [count('old', -1), count('new', 1)],
    }),
    'drop index devices_product_version',
    'create index devices_product_version on devices (product_key, reported_version, device_key)',
    'create index devices_org_version on devices (org_id, reported_version, device_key, id)',
    'create index devices_org_connected on devices (org_id, connected, device_key, id)',
    'create index uploads_expiry on uploads (expires_at)',
    'create index sessions_expiry on sessions (expires_at)',
    'create index idempotency_age on idempotency (created_at)',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** No version is the empty text: a key column cannot be null, and a reported version is never empty. */
const count = (row: 'old' | 'new', by: 1 | -1): string =>
  `insert into field_versions (product_key, version, org_id, n, online)
    values (${row}.product_key, coalesce(${row}.reported_version, ''), ${row}.org_id, ${by}, ${by} * ${row}.connected)
    on conflict (product_key, version) do update
      set n = field_versions.n + (${by}), online = field_versions.online + (${by}) * ${row}.connected`

/** Columns that pages are ordered by, or searched by their beginning. */
const byteOrder = [
  ['devices', 'device_key'],
  ['devices', 'reported_version'],
  ['tasks', 'device_key'],
  ['products', 'name'],
  ['firmware', 'name'],
  ['jobs', 'name'],
] as const
