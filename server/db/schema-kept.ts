/** Tables of what is kept for long: for jobs that are still to come, and of those that were. See `schema.ts` for the columns' types. */

export interface PoliciesTable {
  id: string
  org_id: string
  name: string
  description: string
  /** JSON, valid when it was written; parsed again when it is read. */
  policy: string
  created_by: string
  created_by_name: string
  created_at: number
  updated_at: number
  version: number
}

/** A job's counters at the end of a slot of time. */
export interface JobProgressTable {
  job_id: string
  at: number
  n_init: number
  n_published: number
  n_upgrading: number
  n_succeeded: number
  n_failed: number
  n_skipped: number
}

/** Only one whose state is `ready` is there for anybody. */
export interface DeviceListsTable {
  id: string
  /** Stands for the list beside its keys. */
  no: number
  org_id: string
  product_key: string
  name: string
  state: 'loading' | 'ready' | 'gone'
  key_count: number
  repeated_count: number
  unknown_count: number
  created_by: string
  created_by_name: string
  created_at: number
}

export interface LogTable {
  id: string
  org_id: string
  at: number
  actor_kind: 'user' | 'token' | 'device' | 'system'
  actor_id: string
  actor_name: string
  address: string
  object_kind: string
  object_id: string
  job_id: string | null
  device_id: string | null
  action: string
  from_state: string | null
  to_state: string | null
  why: string | null
  /** JSON with what else the reader needs: before, after, counts. */
  data: string
}

/** A month of the log that a file holds. Until `dropped_at` is set, its lines may be deleted. */
export interface LogArchivesTable {
  name: string
  from_at: number
  until_at: number
  file: string
  sha256: string
  lines: number
  /** JSON: lines of each organisation. */
  by_org: string
  /** Lines that are gone already. */
  dropped: number
  archived_at: number
  dropped_at: number | null
}

export interface DeviceListKeysTable {
  list_no: number
  device_key: string
}
