import type { Db } from '#server/db/open.ts'
import type { DevicesTable, FirmwareTable } from '#server/db/schema.ts'

/*
 * Rows that the engine finds and does not make: an organisation, a product, its devices and firmware.
 */

export const ORG = 'org-1'
export const PRODUCT = 'fanProduct'
const AT = 1_700_000_000_000

/** Ids in the shape of ours, which sort by their number. */
export const idOf = (kind: number, n: number): string =>
  `0190${kind.toString(16).padStart(4, '0')}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

export const deviceId = (n: number): string => idOf(1, n)
export const deviceKey = (n: number): string => `fan-${String(n).padStart(7, '0')}`

const deviceRow = (n: number, version: string | null): DevicesTable => ({
  id: deviceId(n),
  org_id: ORG,
  product_key: PRODUCT,
  device_key: deviceKey(n),
  name: '',
  secret_enc: '',
  secret_generation: 1,
  enabled: 1,
  activated_at: null,
  reported_version: version,
  version_reported_at: version === null ? null : AT,
  connected: 0,
  session_id: null,
  session_started_at: null,
  last_seen_at: null,
  free_flash: null,
  gateway_id: null,
  tags: '{}',
  attributes: '{}',
  version: 1,
  created_at: AT,
})

/** An organisation with one product and devices that run 1.0. */
export async function addFleet({ transact }: Db, count: number, version: string | null = '1.0'): Promise<void> {
  await transact(async (trx) => {
    await trx
      .insertInto('orgs')
      .values({ id: ORG, slug: 'agency', name: 'Agency', zone: 'Asia/Singapore', created_at: AT })
      .execute()
    await trx
      .insertInto('products')
      .values({
        product_key: PRODUCT,
        org_id: ORG,
        name: 'Fan',
        description: '',
        secret_enc: '',
        dynamic_activation: 0,
        tls_required: 0,
        device_count: count,
        version: 1,
        created_at: AT,
      })
      .execute()
    for (let from = 1; from <= count; from += 500) {
      const rows = Array.from({ length: Math.min(500, count - from + 1) }, (_, i) => deviceRow(from + i, version))
      await trx.insertInto('devices').values(rows).execute()
    }
  })
}

const firmwareRow = (n: number, version: string): FirmwareTable => ({
  id: idOf(2, n),
  org_id: ORG,
  product_key: PRODUCT,
  name: `fan-fw-${version}`,
  version,
  file_name: 'fan.bin',
  size_bytes: 300_000,
  sign_method: 'sha256',
  sha256: 'a'.repeat(64),
  md5: 'b'.repeat(32),
  description: '',
  release_notes: '',
  tags: '{}',
  verification_required: 0,
  verification_max_devices: 5,
  verification_min_success: 1,
  verification_state: 'notRequired',
  created_by: 'user-1',
  created_by_name: 'Olivia',
  created_at: AT,
  deleted_at: null,
  revision: 1,
})

/** Firmware that needs no verification, unless `changes` say otherwise. */
export async function addFirmware(
  { transact }: Db,
  { n = 1, version = '2.0', changes = {} }: { n?: number; version?: string; changes?: Partial<FirmwareTable> } = {},
): Promise<string> {
  const row = { ...firmwareRow(n, version), ...changes }
  await transact((trx) => trx.insertInto('firmware').values(row).execute())
  return row.id
}

export const needsVerification = (minSuccess = 1): Partial<FirmwareTable> => ({
  verification_required: 1,
  verification_min_success: minSuccess,
  verification_state: 'notVerified',
})
