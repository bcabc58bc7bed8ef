import type { Selectable } from 'kysely'

import { Scope, ScopeInShort } from '#contract/manage/jobs.ts'
import { Policy } from '#contract/manage/policies.ts'
import type { HaltSample } from '#domain/halt.ts'
import type { WaveState } from '#domain/wave-progress.ts'
import type { FirmwareRecord, JobCore, JobRecord } from '#server/ports-engine.ts'

import type { Column } from './many.ts'
import { remembered } from './remember.ts'
import type { FirmwareTable, JobsTable } from './schema.ts'

/** A job's own columns but the scope, which may be long. */
export const JOB_COLUMNS = [
  'jobs.id',
  'jobs.org_id',
  'jobs.type',
  'jobs.product_key',
  'jobs.name',
  'jobs.state',
  'jobs.policy',
  'jobs.policy_id',
  'jobs.n_init',
  'jobs.n_published',
  'jobs.n_upgrading',
  'jobs.n_succeeded',
  'jobs.n_failed',
  'jobs.n_skipped',
  'jobs.n_offered',
  'jobs.asked',
  'jobs.key_count',
  'jobs.versions',
  'jobs.halt_round',
  'jobs.halt_sample',
  'jobs.halt_reason',
  'jobs.pace_at',
  'jobs.pace_used',
  'jobs.wave_state',
  'jobs.phase',
  'jobs.editing',
  'jobs.supersede',
  'jobs.approval_asked_by',
  'jobs.approval_asked_by_name',
  'jobs.created_by',
  'jobs.created_by_name',
  'jobs.created_at',
  'jobs.started_at',
  'jobs.ended_at',
  'jobs.version',
  'products.name as product_name',
] as const

export const FIRMWARE_COLUMNS = [
  'firmware.id as f_id',
  'firmware.name as f_name',
  'firmware.version as f_version',
  'firmware.product_key as f_product_key',
  'firmware.org_id as f_org_id',
  'firmware.file_name as f_file_name',
  'firmware.size_bytes as f_size_bytes',
  'firmware.sign_method as f_sign_method',
  'firmware.sha256 as f_sha256',
  'firmware.md5 as f_md5',
  'firmware.deleted_at as f_deleted_at',
  'firmware.verification_state as f_verification_state',
  'firmware.verification_required as f_verification_required',
  'firmware.verification_max_devices as f_verification_max_devices',
  'firmware.verification_min_success as f_verification_min_success',
] as const

type Aliased<Table, Columns extends string> = {
  [
    C in Columns as C extends `firmware.${string} as ${infer Alias}` ? Alias : never
  ]: C extends `firmware.${infer Name extends string & keyof Table} as ${string}` ? Table[Name] : never
}
export type FirmwareRow = Aliased<Selectable<FirmwareTable>, (typeof FIRMWARE_COLUMNS)[number]>
export type JobRow = Omit<Selectable<JobsTable>, 'scope' | 'firmware_id' | 'grows'> &
  FirmwareRow & { product_name: string }

export const firmwareOf = (row: FirmwareRow): FirmwareRecord => ({
  id: row.f_id,
  orgId: row.f_org_id,
  productKey: row.f_product_key,
  name: row.f_name,
  version: row.f_version,
  fileName: row.f_file_name,
  sizeBytes: row.f_size_bytes,
  signMethod: row.f_sign_method,
  sha256: row.f_sha256,
  md5: row.f_md5,
  deleted: row.f_deleted_at !== null,
  verificationState: row.f_verification_state as FirmwareRecord['verificationState'],
  verification: {
    required: row.f_verification_required === 1,
    maxDevices: row.f_verification_max_devices,
    minSuccess: row.f_verification_min_success,
  },
})

// parsed, so that a job of an older release gets the defaults of what it did not know; and once, because a job is read
// with every report of its devices while what it was made with stays the same
const policyOf = remembered(500, (text) => Policy.parse(JSON.parse(text)))
const askedOf = remembered(500, (text) => ScopeInShort.parse(JSON.parse(text)))

export const coreOf = (row: JobRow): JobCore => ({
  id: row.id,
  orgId: row.org_id,
  type: row.type,
  name: row.name,
  state: row.state as JobCore['state'],
  policy: policyOf(row.policy),
  policyId: row.policy_id,
  counts: {
    init: row.n_init,
    published: row.n_published,
    upgrading: row.n_upgrading,
    succeeded: row.n_succeeded,
    failed: row.n_failed,
    skipped: row.n_skipped,
  },
  offered: row.n_offered,
  asked: askedOf(row.asked),
  keyCount: row.key_count,
  versions: JSON.parse(row.versions) as string[],
  halt: { round: row.halt_round, sample: JSON.parse(row.halt_sample) as HaltSample },
  haltReason: row.halt_reason,
  approvalAskedBy:
    row.approval_asked_by === null ? null : { id: row.approval_asked_by, name: row.approval_asked_by_name ?? '' },
  waveState: JSON.parse(row.wave_state) as WaveState,
  phase: row.phase as JobCore['phase'],
  editing: JSON.parse(row.editing ?? 'null') as JobCore['editing'],
  supersede: row.supersede === 1,
  pace: { slotAt: row.pace_at, used: row.pace_used },
  productKey: row.product_key,
  productName: row.product_name,
  firmware: firmwareOf(row),
  createdBy: { id: row.created_by, name: row.created_by_name },
  createdAt: row.created_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  version: row.version,
})

export const jobOf = (row: JobRow & { scope: string }): JobRecord => ({
  ...coreOf(row),
  scope: Scope.parse(JSON.parse(row.scope)),
})

const key: readonly Column<JobCore>[] = [['id', 'text', ({ id }) => id]]

/** What happens to a job as it runs. */
const running: readonly Column<JobCore>[] = [
  ['state', 'text', ({ state }) => state],
  ['n_init', 'integer', ({ counts }) => counts.init],
  ['n_published', 'integer', ({ counts }) => counts.published],
  ['n_upgrading', 'integer', ({ counts }) => counts.upgrading],
  ['n_succeeded', 'integer', ({ counts }) => counts.succeeded],
  ['n_failed', 'integer', ({ counts }) => counts.failed],
  ['n_skipped', 'integer', ({ counts }) => counts.skipped],
  ['n_offered', 'integer', ({ offered }) => offered],
  ['halt_round', 'integer', ({ halt }) => halt.round],
  ['halt_sample', 'text', ({ halt }) => JSON.stringify(halt.sample)],
  ['halt_reason', 'text', ({ haltReason }) => haltReason],
  ['pace_at', 'bigint', ({ pace }) => pace.slotAt],
  ['pace_used', 'integer', ({ pace }) => pace.used],
  ['wave_state', 'text', ({ waveState }) => JSON.stringify(waveState)],
  ['phase', 'text', ({ phase }) => phase],
  ['editing', 'text', ({ editing }) => editing && JSON.stringify(editing)],
  ['supersede', 'integer', ({ supersede }) => Number(supersede)],
  ['approval_asked_by', 'text', ({ approvalAskedBy }) => approvalAskedBy?.id ?? null],
  ['approval_asked_by_name', 'text', ({ approvalAskedBy }) => approvalAskedBy?.name ?? null],
  ['started_at', 'bigint', ({ startedAt }) => startedAt],
  ['ended_at', 'bigint', ({ endedAt }) => endedAt],
  ['version', 'integer', ({ version }) => version],
]

/** What an edit changes. */
const chosen: readonly Column<JobRecord>[] = [
  ['scope', 'text', ({ scope }) => JSON.stringify(scope)],
  ['asked', 'text', ({ scope: { deviceKeys: _, ...asked } }) => JSON.stringify(asked)],
  ['key_count', 'integer', ({ scope }) => scope.deviceKeys.length],
  ['versions', 'text', ({ versions }) => JSON.stringify(versions)],
  ['policy', 'text', ({ policy }) => JSON.stringify(policy)],
  ['policy_id', 'text', ({ policyId }) => policyId],
  ['grows', 'integer', ({ policy }) => Number(policy.list === 'incremental')],
]

export const EDIT = { keys: key, columns: chosen }
export const RUN = { keys: key, columns: running }
export const INSERT: readonly Column<JobRecord>[] = [
  ...key,
  ...running,
  ['org_id', 'text', ({ orgId }) => orgId],
  ['type', 'text', ({ type }) => type],
  ['firmware_id', 'text', ({ firmware }) => firmware.id],
  ['product_key', 'text', ({ productKey }) => productKey],
  ['name', 'text', ({ name }) => name],
  ...chosen,
  ['created_by', 'text', ({ createdBy }) => createdBy.id],
  ['created_by_name', 'text', ({ createdBy }) => createdBy.name],
  ['created_at', 'bigint', ({ createdAt }) => createdAt],
]
