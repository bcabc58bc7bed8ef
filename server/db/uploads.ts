import type { Selectable } from 'kysely'

import type { UploadRecord, UploadStore } from '#server/ports-manage.ts'

import type { Db } from './open.ts'
import type { UploadsTable } from './schema.ts'

const toUpload = (row: Selectable<UploadsTable>): UploadRecord => ({
  id: row.id,
  orgId: row.org_id,
  userId: row.user_id,
  sizeBytes: row.size_bytes,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
})

/** Whose an upload is and until when; its bytes and its offset are the storage's. */
export function createUploads({ read, transact }: Db): UploadStore {
  return {
    async find(orgId, uploadId) {
      const mine = read.selectFrom('uploads').selectAll().where('id', '=', uploadId).where('org_id', '=', orgId)
      const row = await mine.executeTakeFirst()
      return row && toUpload(row)
    },
    add: (upload) =>
      transact(async (trx) => {
        const row: UploadsTable = {
          id: upload.id,
          org_id: upload.orgId,
          user_id: upload.userId,
          size_bytes: upload.sizeBytes,
          created_at: upload.createdAt,
          expires_at: upload.expiresAt,
        }
        await trx.insertInto('uploads').values(row).execute()
      }),
    remove: (uploadId) =>
      transact(async (trx) => {
        await trx.deleteFrom('uploads').where('id', '=', uploadId).execute()
      }),
    async expired(now) {
      return (await read.selectFrom('uploads').selectAll().where('expires_at', '<=', now).execute()).map(toUpload)
    },
    async announced() {
      const rows = await read.selectFrom('uploads').select(['id', 'size_bytes']).execute()
      return new Map(rows.map((row) => [row.id, row.size_bytes]))
    },
  }
}
