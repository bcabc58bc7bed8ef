import { service as api } from '#contract/manage/service.ts'
import { JobState } from '#contract/manage/jobs.ts'
import { formatMetrics, METRICS_TYPE, type Sample } from '#contract/manage/metrics.ts'
import openapi from '#contract/openapi.json' with { type: 'json' }
import { TaskStatus } from '#contract/manage/tasks.ts'
import { mock, raw } from '#mock-api/bind.ts'
import { db } from '#mock-api/db.ts'

/** What the mock has to tell: it has neither connections nor a process of its own. */
function samples(): Sample[] {
  const count = <T>(rows: readonly T[], is: (row: T) => boolean) => rows.filter(is).length
  return [
    {
      name: 'ota_device_connections',
      labels: { channel: 'mqtt' },
      value: count(db.devices, ({ session }) => session !== null),
    },
    ...JobState.options.map((state): Sample => ({
      name: 'ota_jobs',
      labels: { state },
      value: count(db.jobs, (job) => job.state === state),
    })),
    ...TaskStatus.options.map((state): Sample => ({
      name: 'ota_tasks',
      labels: { state },
      value: count(db.tasks, (task) => task.status === state),
    })),
  ]
}

export const serviceHandlers = [
  mock(api.healthz, () => ({ status: 'ok' as const })),
  mock(api.readyz, () => ({ status: 'ok' as const })),
  raw(api.metrics, () => new Response(formatMetrics(samples()), { headers: { 'content-type': METRICS_TYPE } })),
  mock(api.openapi, () => openapi),
]
