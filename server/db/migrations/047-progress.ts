import { sql, type Kysely } from 'kysely'

/** A job's counters over time, one row for each slot in which they changed. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table job_progress (
    job_id text not null references jobs(id) on delete cascade, at bigint not null,
    n_init integer not null, n_published integer not null, n_upgrading integer not null,
    n_succeeded integer not null, n_failed integer not null, n_skipped integer not null,
    primary key (job_id, at))`.execute(db)
}
