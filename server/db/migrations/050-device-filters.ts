import { sql, type Kysely } from 'kysely'

import type { Dialect } from '../dialect.ts'

/**
 * What finds devices by a tag, and those that have not been seen for long. Tags stand once more beside the device, in
 * the order of its key, by trigger, so that no writer can forget them. An index on when a device was last heard would
 * be written with every word of it: since when one is offline changes only when it comes or goes.
 */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const statements = [
    `create table device_tags (
      org_id text not null, tag_key text not null, tag_value text not null, device_key text not null,
      device_id text not null, primary key (org_id, tag_key, tag_value, device_key, device_id))${dialect.clustered}`,
    ...dialect.byteOrder('device_tags', 'device_key'),
    `insert into device_tags (${COLUMNS})
      select devices.org_id, pair.key, pair.value, devices.device_key, devices.id
      from devices, ${dialect.pairsOf('devices.tags')} as pair where devices.tags <> '{}'
      order by devices.org_id, pair.key, pair.value, devices.device_key, devices.id`,
    'create index device_tags_key on device_tags (org_id, tag_key, device_key, device_id)',
    'create index device_tags_device on device_tags (device_id)',
    ...dialect.onRow({
      name: 'devices_tagged',
      table: 'devices',
      event: 'insert',
      when: "new.tags <> '{}'",
      body: [keep(dialect)],
    }),
    ...dialect.onRow({
      name: 'devices_retagged',
      table: 'devices',
      event: 'update of tags',
      when: 'old.tags <> new.tags',
      body: [DROP, keep(dialect)],
    }),
    ...dialect.onRow({ name: 'devices_untagged', table: 'devices', event: 'delete', body: [DROP] }),
    `alter table devices add column offline_since bigint generated always as
      (case when connected = 0 then coalesce(last_seen_at, created_at) end) ${dialect.computed}`,
    'create index devices_offline on devices (product_key, offline_since) where offline_since is not null',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const COLUMNS = 'org_id, tag_key, tag_value, device_key, device_id'

const keep = (dialect: Dialect): string =>
  `insert into device_tags (${COLUMNS})
    select new.org_id, pair.key, pair.value, new.device_key, new.id from ${dialect.pairsOf('new.tags')} as pair`

const DROP = 'delete from device_tags where device_id = old.id'
