import type { FastifyInstance } from 'fastify'

import { jobs as api, type Task } from '#contract/manage/jobs.ts'
import { sendCsv, type Table } from '#server/http/csv.ts'
import { serve, serveRaw } from '#server/http/serve.ts'
import type { JobService } from '#server/ports-engine.ts'

const COLUMNS: Table<Task>['columns'] = [
  ['deviceKey', ({ deviceKey }) => deviceKey],
  ['status', ({ status }) => status],
  ['reason', ({ reason }) => reason],
  ['waitsFor', ({ held }) => held?.reason ?? null],
  ['progress', ({ progress }) => progress],
  ['progressText', ({ progressText }) => progressText],
  ['attempt', ({ attempt }) => attempt],
  ['sourceVersion', ({ sourceVersion }) => sourceVersion],
  ['currentVersion', ({ currentVersion }) => currentVersion],
  ['connection', ({ connection }) => connection],
  ['failure', ({ failure }) => failure],
  ['skipReason', ({ skipReason }) => skipReason],
  ['proof', ({ proof }) => proof],
  ['alreadyThere', ({ alreadyThere }) => alreadyThere],
  ['late', ({ late }) => late],
  ['deadlineAt', ({ deadlineAt }) => deadlineAt],
  ['updatedAt', ({ updatedAt }) => updatedAt],
  ['deviceId', ({ deviceId }) => deviceId],
]

/** What is read of a job as a whole. */
export function jobExportRoutes(app: FastifyInstance, jobs: JobService): void {
  serve(app, api.failures, async ({ params }, { org }) => ({
    items: await jobs.failures({ orgId: org.id, jobId: params.jobId }),
  }))
  serveRaw(app, api.tasksCsv, async ({ params: { jobId } }, { org }, exchange) => {
    const pages = await jobs.allTasks({ orgId: org.id, jobId })
    return sendCsv(exchange, { fileName: `job-${jobId}`, columns: COLUMNS, pages })
  })
}
