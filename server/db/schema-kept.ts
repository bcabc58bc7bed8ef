/** Tables of what operators keep for jobs that are still to come. See `schema.ts` for the columns' types. */

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

export interface DeviceListKeysTable {
  list_no: number
  device_key: string
}
