import { curveOf } from '#domain/progress-curve.ts'
import type { Clock } from '#server/ports.ts'
import type { EngineStore, JobAsk, JobCore, TaskFilter } from '#server/ports-engine.ts'
import type { JobService } from '#server/ports-jobs.ts'
import type { DeviceStories } from '#server/ports-registry.ts'

import { judge, withdraw } from './approval.ts'
import { createJob } from './create-job.ts'
import type { Edits } from './edit-job.ts'
import { stopAll } from './emergency.ts'
import { allTasks } from './exports.ts'
import { advance, remove, skipWaiting, step, type Acting } from './job-acts.ts'
import { previewOf } from './preview.ts'
import type { Previews } from './previews.ts'
import { ofOrg } from './refuse.ts'
import { toLookAt } from './scope.ts'
import { actOnTasks } from './select-tasks.ts'
import { toJob, toJobDetail, toLogEntry, type Views } from './views.ts'
import type { Aftermath } from './work.ts'

export interface JobTerms {
  store: EngineStore
  clock: Clock
  views: Views
  previews: Previews
  edits: Pick<Edits, 'edit'>
  settle: (aftermath: Aftermath) => void
}

/** What operators do with jobs. */
export function createJobService({ store, clock, views, previews, edits, settle }: JobTerms): JobService {
  const acting: Acting = { store, now: clock.now, settle }
  const { read } = store

  async function find({ orgId, jobId }: JobAsk): Promise<JobCore> {
    const [job] = await read.jobCores([jobId])
    return ofOrg(job, orgId, 'Job')
  }
  const view = async (of: JobAsk) => toJob(await find(of), clock.now())

  return {
    async view({ orgId, jobId }) {
      const [job] = await read.jobs([jobId])
      return toJobDetail(ofOrg(job, orgId, 'Job'), clock.now())
    },
    async approve(of, actor) {
      await judge(acting, of, 'approve', actor)
      return view(of)
    },
    async reject(of, actor) {
      await judge(acting, of, 'reject', actor)
      return view(of)
    },
    async withdraw(of, actor) {
      await withdraw(acting, of, actor)
      return view(of)
    },
    async advance(of, actor) {
      await advance(acting, of, actor)
      return view(of)
    },
    async update(of, change, actor) {
      await edits.edit({ of, change, actor })
      return view(of)
    },
    async preview(by, asked) {
      const firmware = ofOrg(await read.firmware(asked.firmwareId), by.orgId, 'Firmware')
      const devices = await toLookAt(read, firmware.productKey, asked.scope)
      return previews.take(by, devices, (watch) => previewOf(read, firmware, asked, { now: clock.now(), watch }))
    },
    previewed: async (by, handle) => previews.ask(by, handle),
    async create(orgId, create, actor) {
      return view({ orgId, jobId: await createJob(acting, { orgId, create, actor }) })
    },
    async list(orgId, filter, ask) {
      const page = await read.jobPage(orgId, filter, ask)
      return { ...page, items: page.items.map((job) => toJob(job, clock.now())) }
    },
    async start(of, actor) {
      await step(acting, of, 'start', actor)
      return view(of)
    },
    async stop(of, actor) {
      await step(acting, of, 'stop', actor)
      return view(of)
    },
    async end(of, actor) {
      await step(acting, of, 'end', actor)
      await skipWaiting(acting, of.jobId)
      return view(of)
    },
    async resume(of, reason, actor) {
      await step(acting, of, 'resume', actor, reason)
      return view(of)
    },
    delete: (of, actor) => remove(acting, of, actor),
    stopAll: (orgId, actor) => stopAll(acting, orgId, actor),
    async tasks(of, filter, ask) {
      const job = await find(of)
      const page = await read.taskPage(of.jobId, filter, ask)
      return { ...page, items: await views.show(job, page.items), total: totalOf(job, filter) }
    },
    cancel: (of, selection, actor) => actOnTasks(acting, 'cancel', { of, selection, actor }),
    retry: (of, selection, actor) => actOnTasks(acting, 'retry', { of, selection, actor }),
    async failures(of) {
      await find(of)
      return read.failures(of.jobId)
    },
    async progress(of) {
      const { state, counts, endedAt } = await find(of)
      const at = state === 'completed' && endedAt !== null ? endedAt : clock.now()
      return curveOf(await read.progress(of.jobId), { at, counts })
    },
    async allTasks(of) {
      return allTasks(read, views, await find(of))
    },
    async timeline(of, ask) {
      await find(of)
      const page = await read.logPage({ jobId: of.jobId }, ask)
      return { ...page, items: page.items.map(toLogEntry) }
    },
  }
}

/** Counted by the job's own counters; a search by key or by kind of failure is not counted. */
function totalOf({ counts }: JobCore, { status, failure, q }: TaskFilter): number | null {
  if (q || failure !== undefined) return null
  return status === undefined ? Object.values(counts).reduce((sum, n) => sum + n, 0) : counts[status]
}

/** A device's history, and why it is not being upgraded. */
export function createDeviceStories({ read }: EngineStore, views: Views): DeviceStories {
  const find = async ({ orgId, deviceId }: { orgId: string; deviceId: string }) =>
    ofOrg((await read.devices([deviceId]))[0], orgId, 'Device')
  return {
    async history(of, ask) {
      // what happened to a device that was deleted is still told
      if (!(await read.isRemembered(of.orgId, of.deviceId))) await find(of)
      const page = await read.logPage({ deviceId: of.deviceId, inJob: of.inJob }, ask)
      return { ...page, items: page.items.map(toLogEntry) }
    },
    async why(of, jobId) {
      await find(of)
      if (jobId !== undefined) ofOrg((await read.jobCores([jobId]))[0], of.orgId, 'Job')
      const tasks = jobId === undefined ? await read.unfinishedOf(of.deviceId) : await read.tasks(jobId, [of.deviceId])
      const jobs = new Map((await read.jobCores(tasks.map((task) => task.jobId))).map((job) => [job.id, job]))
      return Promise.all(
        tasks.flatMap((task) => {
          const job = jobs.get(task.jobId)
          return job ? [views.why(job, task)] : []
        }),
      )
    },
  }
}
