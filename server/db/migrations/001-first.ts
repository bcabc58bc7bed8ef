import { sql, type Kysely } from 'kysely'

import type { Dialect } from '../dialect.ts'

/** The first shape of every table. Column types are the common ground of SQLite and PostgreSQL. */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  for (const statement of [...tables, ...indexes, ...dialect.appendOnly('log')]) await sql.raw(statement).execute(db)
}

const tables = [
  `create table users (
    id text primary key, email text not null unique, name text not null, password_hash text not null,
    platform_roles text not null, disabled integer not null, created_at bigint not null)`,
  `create table sessions (
    token_hash text primary key, user_id text not null references users(id), created_at bigint not null,
    last_seen_at bigint not null, expires_at bigint not null, address text not null, user_agent text not null)`,
  `create table orgs (
    id text primary key, slug text not null unique, name text not null, zone text not null, created_at bigint not null)`,
  `create table members (
    org_id text not null references orgs(id), user_id text not null references users(id), roles text not null,
    primary key (org_id, user_id))`,
  `create table products (
    product_key text primary key, org_id text not null references orgs(id), name text not null,
    description text not null, secret_enc text not null, dynamic_activation integer not null,
    tls_required integer not null, device_count integer not null, version integer not null, created_at bigint not null)`,
  `create table devices (
    id text primary key, org_id text not null references orgs(id),
    product_key text not null references products(product_key), device_key text not null, name text not null,
    secret_enc text not null, secret_generation integer not null, enabled integer not null, activated_at bigint,
    reported_version text, version_reported_at bigint, connected integer not null, session_id text,
    session_started_at bigint, last_seen_at bigint, free_flash bigint, gateway_id text,
    tags text not null, attributes text not null, version integer not null, created_at bigint not null,
    unique (product_key, device_key))`,
  `create table firmware (
    id text primary key, org_id text not null references orgs(id),
    product_key text not null references products(product_key), name text not null, version text not null,
    file_name text not null, size_bytes bigint not null, sign_method text not null, sha256 text not null,
    md5 text not null, description text not null, release_notes text not null, tags text not null,
    verification_required integer not null, verification_max_devices integer not null,
    verification_min_success integer not null, verification_state text not null, created_by text not null,
    created_by_name text not null, created_at bigint not null, deleted_at bigint, revision integer not null,
    unique (product_key, version), unique (product_key, name))`,
  `create table uploads (
    id text primary key, org_id text not null references orgs(id), user_id text not null references users(id),
    size_bytes bigint not null, created_at bigint not null, expires_at bigint not null)`,
  `create table jobs (
    id text primary key, org_id text not null references orgs(id), type text not null,
    firmware_id text not null references firmware(id), product_key text not null, name text not null,
    state text not null, scope text not null, policy text not null, n_init integer not null,
    n_published integer not null, n_upgrading integer not null, n_succeeded integer not null,
    n_failed integer not null, n_skipped integer not null, created_by text not null, created_by_name text not null,
    created_at bigint not null, started_at bigint, ended_at bigint, version integer not null)`,
  `create table tasks (
    job_id text not null references jobs(id) on delete cascade, device_id text not null references devices(id),
    org_id text not null, device_key text not null, status text not null, attempt integer not null, via text,
    progress integer, progress_text text not null, installed integer not null, source_version text, failure text,
    failure_text text not null, skip_reason text, proof text, already_there integer not null, late integer not null,
    progress_session_id text, push_session_id text, pushed_at bigint, pushes integer not null, strays integer not null, command_id text, published_at bigint,
    upgrading_at bigint, installed_at bigint, last_report_at bigint, deadline_at bigint, deadline_kind text,
    settles_at bigint, created_at bigint not null, updated_at bigint not null, primary key (job_id, device_id))`,
  `create table log (
    id text primary key, org_id text not null, at bigint not null, actor_kind text not null, actor_id text not null,
    actor_name text not null, address text not null, object_kind text not null, object_id text not null, job_id text,
    device_id text, action text not null, from_state text, to_state text, why text, data text not null)`,
  `create table idempotency (
    org_id text not null, user_id text not null, key text not null, request_hash text not null,
    status integer not null, reply text not null, created_at bigint not null, primary key (org_id, user_id, key))`,
]

const indexes = [
  'create index sessions_user on sessions (user_id)',
  'create index products_org on products (org_id, name)',
  'create index devices_org_key on devices (org_id, device_key, id)',
  // a job reads the devices of its product in the order in which it stores their tasks
  'create index devices_product on devices (product_key, id)',
  'create index devices_product_version on devices (product_key, reported_version)',
  'create index firmware_org on firmware (org_id, created_at, id)',
  'create index firmware_name on firmware (org_id, name, id)',
  'create index firmware_digest on firmware (org_id, sha256)',
  'create index jobs_org on jobs (org_id, created_at, id)',
  'create index jobs_name on jobs (org_id, name, id)',
  'create index jobs_firmware on jobs (firmware_id)',
  'create index jobs_state on jobs (state)',
  'create index tasks_page on tasks (job_id, status, device_key)',
  'create index tasks_key on tasks (job_id, device_key)',
  // the newest task of a device is the one of its newest job: job ids are time-ordered
  'create index tasks_device on tasks (device_id, job_id)',
  // the rule that no code may break: a device has at most one upgrade under way
  `create unique index tasks_one_open on tasks (device_id) where status in ('published', 'upgrading')`,
  'create index tasks_deadline on tasks (deadline_at) where deadline_at is not null',
  'create index log_org on log (org_id, id)',
  'create index log_job on log (job_id, id) where device_id is null',
  'create index log_device on log (device_id, id)',
]
