import type {
  DeviceListKeysTable,
  DeviceListsTable,
  JobProgressTable,
  LogArchivesTable,
  LogTable,
  PoliciesTable,
} from './schema-kept.ts'

/**
 * The tables, as Kysely sees them on both databases. Times are epoch milliseconds (bigint),
 * booleans are 0 or 1, JSON is text: what SQLite and PostgreSQL agree on without conversion.
 */
export type Flag = 0 | 1

export interface UsersTable {
  id: string
  /** Lower case; unique. */
  email: string
  name: string
  password_hash: string
  /** JSON array of platform roles. */
  platform_roles: string
  disabled: Flag
  created_at: number
}

export interface SessionsTable {
  /** SHA-256 of the cookie's token: a leaked table opens no session. */
  token_hash: string
  user_id: string
  created_at: number
  last_seen_at: number
  expires_at: number
  address: string
  user_agent: string
}

export interface OrgsTable {
  id: string
  slug: string
  name: string
  zone: string
  created_at: number
}

export interface MembersTable {
  org_id: string
  user_id: string
  /** JSON array of organisation roles. */
  roles: string
}

export interface ProductsTable {
  product_key: string
  org_id: string
  name: string
  description: string
  /** AES-256-GCM under DATA_KEY. */
  secret_enc: string
  dynamic_activation: Flag
  tls_required: Flag
  device_count: number
  version: number
  created_at: number
  /** Its key stays reserved, and its jobs and firmware keep its name. */
  deleted_at: number | null
}

export interface DevicesTable {
  id: string
  org_id: string
  product_key: string
  device_key: string
  name: string
  secret_enc: string
  /** Grows when the secret is reset and when the device is disabled: what was issued under an older one is void. */
  secret_generation: number
  enabled: Flag
  activated_at: number | null
  reported_version: string | null
  version_reported_at: number | null
  connected: Flag
  /** The session that made it online, so that a late close of an older one changes nothing. */
  session_id: string | null
  session_started_at: number | null
  last_seen_at: number | null
  free_flash: number | null
  gateway_id: string | null
  tags: string
  attributes: string
  version: number
  created_at: number
}

/** The tags of a device, in the order in which its list is read; kept by triggers on `devices`. */
export interface DeviceTagsTable {
  org_id: string
  tag_key: string
  tag_value: string
  device_key: string
  device_id: string
}

/** How many devices of a product are on a version; kept by triggers on `devices`. */
export interface FieldVersionsTable {
  product_key: string
  /** Empty for devices that never reported one. */
  version: string
  org_id: string
  n: number
  /** Of those, how many are online. */
  online: number
}

export interface FirmwareTable {
  id: string
  org_id: string
  product_key: string
  name: string
  version: string
  file_name: string
  size_bytes: number
  sign_method: 'sha256' | 'md5'
  sha256: string
  md5: string
  description: string
  release_notes: string
  tags: string
  verification_required: Flag
  verification_max_devices: number
  verification_min_success: number
  verification_state: string
  created_by: string
  created_by_name: string
  created_at: number
  deleted_at: number | null
  revision: number
}

export interface UploadsTable {
  id: string
  org_id: string
  user_id: string
  size_bytes: number
  created_at: number
  expires_at: number
}

export interface JobsTable {
  id: string
  org_id: string
  type: 'verify' | 'upgrade'
  firmware_id: string
  product_key: string
  name: string
  state: string
  scope: string
  /** The scope without the device keys that it names, and how many they are. */
  asked: string
  key_count: number
  policy: string
  policy_id: string | null
  /** Counters, kept in the transaction that changes the rows they count. */
  n_init: number
  n_published: number
  n_upgrading: number
  n_succeeded: number
  n_failed: number
  n_skipped: number
  /** Of the published ones, those to which the firmware was only offered. */
  n_offered: number
  /** JSON array: the source versions of the scope, beside it because each decision looks at them. */
  versions: string
  /** What the halt rule has seen since the job was started or resumed: round, JSON of the sample, what halted it. */
  halt_round: number
  halt_sample: string
  halt_reason: string | null
  /** The slot of its pace: since when, and how many have begun in it. */
  pace_at: number | null
  pace_used: number
  /** JSON: the last open wave, and what has ended in each. */
  wave_state: string
  /** Who asked for the approval of its start, while it waits. */
  approval_asked_by: string | null
  approval_asked_by_name: string | null
  /** Whether devices join it that come to match later. */
  grows: Flag
  /** `making`, `editing`, `deleting`, else `ready`; and while it is edited, JSON: who does, and whether it is matched again. */
  phase: string
  editing: string | null
  /** It is to take devices over from older jobs when it starts, or still does. */
  supersede: Flag
  created_by: string
  created_by_name: string
  created_at: number
  started_at: number | null
  ended_at: number | null
  version: number
}

export interface TasksTable {
  job_id: string
  device_id: string
  org_id: string
  device_key: string
  status: string
  attempt: number
  via: 'push' | 'request' | null
  progress: number | null
  progress_text: string
  installed: Flag
  source_version: string | null
  failure: string | null
  /** The device's own words or the server's sentence for it. */
  failure_text: string
  skip_reason: string | null
  proof: string | null
  already_there: Flag
  late: Flag
  /** Session in which the last progress came: an inform in a later one proves a restart. */
  progress_session_id: string | null
  /** Session that the last push went to: an inform of the old version in a later one asks for it again. */
  push_session_id: string | null
  pushed_at: number | null
  /** Pushes sent in this attempt. */
  pushes: number
  /** Reports that changed nothing, at most 100 counted. */
  strays: number
  command_id: string | null
  published_at: number | null
  upgrading_at: number | null
  installed_at: number | null
  last_report_at: number | null
  /** What happens next by itself: see `domain/task.ts`. Null when nothing does. */
  deadline_at: number | null
  deadline_kind: string | null
  /** Earliest time of the next dispatch after a failed attempt (gate *settled*). */
  settles_at: number | null
  /** Number of its wave, from 0. */
  wave: number
  /** Not before this the next attempt begins by the retry rule. */
  retry_at: number | null
  /** 1 when the device has been told of the firmware, in whichever attempt. */
  reached: Flag
  /** How the attempt before this one failed. */
  previous: string | null
  /** Round of the job's halt sample in which its result was counted; null while it has none. */
  rated_in: number | null
  created_at: number
  updated_at: number
}

export interface IdempotencyTable {
  org_id: string
  user_id: string
  key: string
  /** Digest of method, path and body: the same key with another request is refused. */
  request_hash: string
  status: number
  reply: string
  created_at: number
}

export interface Database {
  users: UsersTable
  sessions: SessionsTable
  orgs: OrgsTable
  members: MembersTable
  products: ProductsTable
  devices: DevicesTable
  device_tags: DeviceTagsTable
  field_versions: FieldVersionsTable
  firmware: FirmwareTable
  uploads: UploadsTable
  policies: PoliciesTable
  device_lists: DeviceListsTable
  device_list_keys: DeviceListKeysTable
  jobs: JobsTable
  job_progress: JobProgressTable
  tasks: TasksTable
  log: LogTable
  log_archives: LogArchivesTable
  idempotency: IdempotencyTable
}
