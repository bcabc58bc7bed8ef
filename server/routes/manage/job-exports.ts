import type { FastifyInstance } from 'fastify'

import { jobs as api } from '#contract/manage/jobs.ts'
import { TASK_COLUMNS } from '#domain/tables.ts'
import { sendCsv } from '#server/http/csv.ts'
import { serve, serveRaw } from '#server/http/serve.ts'
import type { JobService } from '#server/ports-jobs.ts'

/** What is read of a job as a whole. */
export function jobExportRoutes(app: FastifyInstance, jobs: JobService): void {
  serve(app, api.failures, async ({ params }, { org }) => ({
    items: await jobs.failures({ orgId: org.id, jobId: params.jobId }),
  }))
  serve(app, api.progress, async ({ params }, { org }) => ({
    points: (await jobs.progress({ orgId: org.id, jobId: params.jobId })).map(({ at, counts }) => ({
      at: new Date(at).toISOString(),
      counts,
    })),
  }))
  serveRaw(app, api.tasksCsv, async ({ params: { jobId } }, { org }, exchange) => {
    const pages = await jobs.allTasks({ orgId: org.id, jobId })
    return sendCsv(exchange, { fileName: `job-${jobId}`, columns: TASK_COLUMNS, pages })
  })
}
