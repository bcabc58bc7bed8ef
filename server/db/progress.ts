import type { ProgressReads, ProgressWrites } from '#server/ports-progress.ts'

import type { Writing } from './many.ts'
import type { Reader } from './open.ts'

export function progressReads(db: Reader): ProgressReads {
  return {
    async progress(jobId) {
      const rows = await db.selectFrom('job_progress').selectAll().where('job_id', '=', jobId).orderBy('at').execute()
      return rows.map((row) => ({
        at: row.at,
        counts: {
          init: row.n_init,
          published: row.n_published,
          upgrading: row.n_upgrading,
          succeeded: row.n_succeeded,
          failed: row.n_failed,
          skipped: row.n_skipped,
        },
      }))
    },
  }
}

export function progressWrites({ trx }: Writing): ProgressWrites {
  return {
    async keepProgress(points) {
      if (points.length === 0) return
      const rows = points.map(({ jobId, at, counts }) => ({
        job_id: jobId,
        at,
        n_init: counts.init,
        n_published: counts.published,
        n_upgrading: counts.upgrading,
        n_succeeded: counts.succeeded,
        n_failed: counts.failed,
        n_skipped: counts.skipped,
      }))
      await trx
        .insertInto('job_progress')
        .values(rows)
        .onConflict((on) =>
          on.columns(['job_id', 'at']).doUpdateSet(({ ref }) => ({
            n_init: ref('excluded.n_init'),
            n_published: ref('excluded.n_published'),
            n_upgrading: ref('excluded.n_upgrading'),
            n_succeeded: ref('excluded.n_succeeded'),
            n_failed: ref('excluded.n_failed'),
            n_skipped: ref('excluded.n_skipped'),
          })),
        )
        .execute()
    },
  }
}
