import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { JobCreate } from '#contract/manage/jobs.ts'
import { newId } from '#server/db/ids.ts'

import { ORG, START, type Harness } from './harness.ts'

/** Things of one organisation, one of each kind, made afresh so that deleting them hurts no other test. */
export interface Things {
  org: string
  orgId: string
  productKey: string
  deviceId: string
  firmwareId: string
  jobId: string
  uploadId: string
  policyId: string
  listId: string
}

export const FILE = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 31 + (at >> 3)) % 256))

const actor = { kind: 'system', id: 'test', name: 'test', address: '' } as const

let made = 0

/** Inserts what has no endpoint of its own for the test's purpose, and makes the rest through the service. */
export async function makeThings(harness: Harness, org: string = ORG): Promise<Things> {
  const { db, service, config } = harness
  made += 1
  const orgs = db.read.selectFrom('orgs').select('id').where('slug', '=', org)
  const { id: orgId } = await orgs.executeTakeFirstOrThrow()
  const productKey = `product-${made}`
  const firmwareId = newId(START)
  const uploadId = newId(START)
  const policyId = newId(START)
  const listId = newId(START)
  const device = await db.transact(async (trx) => {
    const product = {
      name: productKey,
      description: '',
      secret_enc: '',
      dynamic_activation: 0,
      tls_required: 0,
    } as const
    const counted = { device_count: 1, version: 1, created_at: START }
    await trx
      .insertInto('products')
      .values({ product_key: productKey, org_id: orgId, ...product, ...counted })
      .execute()
    const row = deviceRow(orgId, productKey, `device-${made}`)
    await trx.insertInto('devices').values(row).execute()
    await trx
      .insertInto('firmware')
      .values(firmwareRow(orgId, productKey, firmwareId))
      .execute()
    await trx.insertInto('policies').values(policyRow(orgId, policyId)).execute()
    await trx
      .insertInto('device_lists')
      .values(listRow(orgId, productKey, listId))
      .execute()
    const user = await trx.selectFrom('users').select('id').limit(1).executeTakeFirstOrThrow()
    const upload = { id: uploadId, org_id: orgId, user_id: user.id, size_bytes: FILE.length }
    const times = { created_at: START, expires_at: harness.clock.now() + 86_400_000 }
    await trx
      .insertInto('uploads')
      .values({ ...upload, ...times })
      .execute()
    return row
  })
  await writeFile(join(config.dataDir, 'firmware', firmwareId), FILE)
  await writeFile(join(config.dataDir, 'uploads', uploadId), '')
  const info = { id: uploadId, size: FILE.length, offset: 0, metadata: { filename: 'fw.bin' } }
  await writeFile(join(config.dataDir, 'uploads', `${uploadId}.json`), JSON.stringify(info))
  const job = JobCreate.parse({ type: 'upgrade', firmwareId, name: 'job', scope: {} })
  const { id: jobId } = await service.engine.jobs.create(orgId, job, actor)
  return { org, orgId, productKey, deviceId: device.id, firmwareId, jobId, uploadId, policyId, listId }
}

export const deviceRow = (orgId: string, productKey: string, deviceKey: string, version: string | null = '1.0.0') => ({
  id: newId(START),
  org_id: orgId,
  product_key: productKey,
  device_key: deviceKey,
  name: '',
  secret_enc: '',
  secret_generation: 1,
  enabled: 1 as const,
  reported_version: version,
  connected: 0 as const,
  tags: '{}',
  attributes: '{}',
  version: 1,
  created_at: START,
})

const listRow = (orgId: string, productKey: string, id: string) => ({
  id,
  // below those that the service counts up
  no: -made,
  org_id: orgId,
  product_key: productKey,
  name: 'list',
  state: 'ready' as const,
  key_count: 0,
  repeated_count: 0,
  unknown_count: 0,
  created_by: 'test',
  created_by_name: 'test',
  created_at: START,
})

const policyRow = (orgId: string, id: string) => ({
  id,
  org_id: orgId,
  name: `policy ${id}`,
  description: '',
  policy: '{}',
  created_by: 'test',
  created_by_name: 'test',
  created_at: START,
  updated_at: START,
  version: 1,
})

const firmwareRow = (orgId: string, productKey: string, id: string) => ({
  id,
  org_id: orgId,
  product_key: productKey,
  name: 'firmware',
  version: '2.0.0',
  file_name: 'fw.bin',
  size_bytes: FILE.length,
  sign_method: 'sha256' as const,
  sha256: 'a'.repeat(64),
  md5: 'b'.repeat(32),
  description: '',
  release_notes: '',
  tags: '{}',
  verification_required: 0 as const,
  verification_max_devices: 5,
  verification_min_success: 1,
  verification_state: 'notRequired',
  created_by: 'test',
  created_by_name: 'test',
  created_at: START,
  revision: 1,
})
