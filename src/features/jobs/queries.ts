import { keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query'

import type { Input } from '#contract/endpoint.ts'
import { firmware } from '#contract/manage/firmware.ts'
import { isCounting, jobs, type Job, type TaskSelection } from '#contract/manage/jobs.ts'
import { addressOf, call } from '#src/api/call.ts'
import { FRESH_MS } from '#src/api/fresh.ts'
import { keys } from '#src/api/keys.ts'
import { mostFrequent } from '#src/lib/lists.ts'

// for the shell, which knows the contract only through the features
export type { Job } from '#contract/manage/jobs.ts'
export type JobFilter = Input<typeof jobs.list>['query']
export type PreviewOrder = Input<typeof jobs.preview>['body']

export const jobListQuery = (org: string, filter: JobFilter) =>
  queryOptions({
    queryKey: [...keys.jobLists(org), filter],
    queryFn: () => call(jobs.list, { params: { org }, query: filter }),
    placeholderData: keepPreviousData,
  })

export const jobQuery = (org: string, jobId: string) =>
  queryOptions({
    queryKey: keys.job(org, jobId),
    queryFn: () => call(jobs.view, { params: { org, jobId } }),
  })

/** The version that most devices of the job came from, and its firmware where that is still here. */
export const previousQuery = (org: string, { id: jobId, productKey, firmware: brought }: Job) =>
  queryOptions({
    queryKey: [...keys.job(org, jobId), 'previous'],
    queryFn: async () => {
      const { items } = await call(jobs.tasks, { params: { org, jobId }, query: { limit: 200 } })
      const sources = items.flatMap(({ sourceVersion }) => sourceVersion ?? [])
      const version = mostFrequent(sources.filter((source) => source !== brought.version))
      if (version === undefined) return { version: null, firmware: null }
      const query = { product: productKey, limit: 200 }
      const found = await call(firmware.list, { params: { org }, query })
      return { version, firmware: found.items.find((item) => item.version === version) ?? null }
    },
  })

/** The filter stands last in the key: the live stream reads it there to know which tasks belong on the page. */
export const taskListQuery = (org: string, jobId: string, filter: Input<typeof jobs.tasks>['query']) =>
  queryOptions({
    queryKey: [...keys.jobTasks(org, jobId), filter],
    queryFn: () => call(jobs.tasks, { params: { org, jobId }, query: filter }),
    placeholderData: keepPreviousData,
  })

export const timelineQuery = (org: string, jobId: string, cursor?: string) =>
  queryOptions({
    queryKey: [...keys.jobTimeline(org, jobId), cursor],
    queryFn: () => call(jobs.timeline, { params: { org, jobId }, query: { limit: 20, cursor } }),
    placeholderData: keepPreviousData,
  })

export const previewQuery = (org: string, order: PreviewOrder) =>
  queryOptions({
    queryKey: [...keys.jobPreview(org), order],
    queryFn: () => call(jobs.preview, { params: { org }, body: order }),
    placeholderData: keepPreviousData,
    // one that is only promised is counted for whoever asked last: an older answer has a handle that is gone. What was
    // counted is kept, so that who comes back in an outage still sees it
    refetchOnMount: ({ state: { data } }) => (data && isCounting(data) ? 'always' : true),
    staleTime: ({ state: { data } }) => (data && isCounting(data) ? Infinity : FRESH_MS),
  })

/** How often a preview that is being counted is asked for, ms. */
const COUNTING_MS = 500

/** The preview that a handle stands for, asked again until it is counted. */
export const previewedQuery = (org: string, handle: string) =>
  queryOptions({
    queryKey: [...keys.jobPreview(org), handle],
    queryFn: () => call(jobs.previewed, { params: { org, handle } }),
    refetchInterval: ({ state: { data, error } }) => !error && (!data || isCounting(data)) && COUNTING_MS,
    staleTime: Infinity,
  })

export const createJob = (org: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof jobs.create>['body']) => call(jobs.create, { params: { org }, body }),
    // policies count the jobs that took them
    meta: { invalidates: [keys.jobs(org), keys.firmware(org), keys.policies(org)] },
  })

export const updateJob = (org: string, jobId: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof jobs.update>['body']) => call(jobs.update, { params: { org, jobId }, body }),
    meta: { invalidates: [keys.jobs(org), keys.firmware(org), keys.policies(org)] },
  })

const about = (org: string) => ({ invalidates: [keys.jobs(org), keys.firmware(org)] })

export const startJob = (org: string, jobId: string) =>
  mutationOptions({ mutationFn: () => call(jobs.start, { params: { org, jobId } }), meta: about(org) })

export const stopJob = (org: string, jobId: string) =>
  mutationOptions({ mutationFn: () => call(jobs.stop, { params: { org, jobId } }), meta: about(org) })

export const endJob = (org: string, jobId: string) =>
  mutationOptions({ mutationFn: () => call(jobs.end, { params: { org, jobId } }), meta: about(org) })

export const resumeJob = (org: string, jobId: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof jobs.resume>['body']) => call(jobs.resume, { params: { org, jobId }, body }),
    meta: about(org),
  })

/** Acts that say all by their name. */
const named =
  (endpoint: typeof jobs.approve | typeof jobs.reject | typeof jobs.withdraw | typeof jobs.advance) =>
  (org: string, jobId: string) =>
    mutationOptions({ mutationFn: () => call(endpoint, { params: { org, jobId } }), meta: about(org) })

export const approveJob = named(jobs.approve)
export const rejectJob = named(jobs.reject)
export const withdrawJob = named(jobs.withdraw)
export const advanceJob = named(jobs.advance)

export const failuresQuery = (org: string, jobId: string, failed: number) =>
  queryOptions({
    // the number of failures is part of the key: the stream counts them, and another number is another answer
    queryKey: [...keys.jobFailures(org, jobId), failed],
    queryFn: () => call(jobs.failures, { params: { org, jobId } }),
    placeholderData: keepPreviousData,
  })

/** A curve is old news after so long, ms: until then its last point says how things stand. */
const CURVE_MS = 30_000

/** @param at when the job ended, or the time now, ms: as it goes on, the curve is asked for anew now and then */
export const progressQuery = (org: string, jobId: string, at: string | number) =>
  queryOptions({
    queryKey: [...keys.jobProgress(org, jobId), typeof at === 'number' ? Math.floor(at / CURVE_MS) : at],
    queryFn: () => call(jobs.progress, { params: { org, jobId } }),
    placeholderData: keepPreviousData,
    staleTime: CURVE_MS,
    gcTime: CURVE_MS,
  })

/** The one task of a device: of all keys that begin with its key, it is the first. */
export const taskOfQuery = (org: string, jobId: string, deviceKey: string) =>
  taskListQuery(org, jobId, { q: deviceKey, limit: 1 })

/** Where the browser saves all devices of the job from. */
export const tasksCsvAddress = (org: string, jobId: string): string =>
  addressOf(jobs.tasksCsv, { params: { org, jobId } })

export const deleteJob = (org: string, jobId: string) =>
  mutationOptions({
    mutationFn: () => call(jobs.delete, { params: { org, jobId } }),
    // the lists alone: the page of what is gone would ask for it and fail before it is left
    meta: { invalidates: [keys.jobLists(org), keys.firmware(org)] },
  })

export const cancelTasks = (org: string, jobId: string) =>
  mutationOptions({
    mutationFn: (body: TaskSelection) => call(jobs.cancel, { params: { org, jobId }, body }),
    meta: about(org),
  })

export const retryTasks = (org: string, jobId: string) =>
  mutationOptions({
    mutationFn: (body: TaskSelection) => call(jobs.retry, { params: { org, jobId }, body }),
    meta: about(org),
  })
