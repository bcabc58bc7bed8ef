import { sql, type Kysely } from 'kysely'

/** A gateway asks which devices stand behind it; most devices stand behind none. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create index devices_gateway on devices (gateway_id, device_key) where gateway_id is not null`.execute(db)
}
