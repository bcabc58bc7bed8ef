import { sql, type Kysely } from 'kysely'

import type { Dialect } from '../dialect.ts'

/** Named policies, and which of them a job was copied from: for as long as that policy is there. */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const statements = [
    `create table policies (
      id text primary key, org_id text not null references orgs(id), name text not null, description text not null,
      policy text not null, created_by text not null, created_by_name text not null, created_at bigint not null,
      updated_at bigint not null, version integer not null, unique (org_id, name))`,
    ...dialect.byteOrder('policies', 'name'),
    'alter table jobs add column policy_id text references policies(id) on delete set null',
    'create index jobs_policy on jobs (policy_id) where policy_id is not null',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
