import type { QueryClient, QueryKey } from '@tanstack/react-query'

import type { Device } from '#contract/manage/devices.ts'
import type { Job, JobDetail, Task, TaskStatus } from '#contract/manage/jobs.ts'
import type { LiveEvent } from '#contract/manage/live.ts'
import { ApiError } from './call.ts'
import { keys } from './keys.ts'
import { concernsJobPage, writeInJobPage } from './live-jobs.ts'

/** How long changes that need a new page of rows are gathered before it is asked for, in ms. */
const GATHER_MS = 1_000
/** An opening and the `reset` that follows it are one reason to ask again, not two, ms. */
const SETTLE_MS = 100

export interface Page<T> {
  items: T[]
  prevCursor: string | null
  nextCursor: string | null
  total: number | null
}

export interface TaskFilter {
  status?: TaskStatus | undefined
  failure?: Task['failure'] | undefined
  q?: string | undefined
}

/** The job as it is now with the keys of its scope as they are known: the stream carries only their number. */
const withKeys = (job: Job, { scope: { deviceKeys } }: JobDetail): JobDetail => ({
  ...job,
  scope: { ...job.scope, deviceKeys },
})

/** Writes events of one organisation into the query cache; rows in place, pages by asking again. */
export function createLiveCache(client: QueryClient, org: string) {
  const later = createGatherer(client)
  /** An answer that is on its way may be older than the event that is written now: it is asked for once more. */
  const overtake = (queryKey: QueryKey) => {
    if (client.isFetching({ queryKey }) > 0) later.refresh(queryKey)
  }

  /** Failed devices of each job, as last told. */
  const failed = new Map<string, number>()

  const writeJob = (job: Job) => {
    const jobKey = keys.job(org, job.id)
    const shown = client.getQueryData<JobDetail>(jobKey)
    client.setQueryData<JobDetail>(jobKey, (known) => known && withKeys(job, known))
    overtake(jobKey)
    // it may have been edited, and another scope names other devices
    if (shown && shown.version !== job.version) later.refresh(jobKey)
    for (const { queryKey } of client.getQueryCache().findAll({ queryKey: keys.jobLists(org) })) {
      // a list that has nothing to do with the job is left alone, however often the job moves
      if (concernsJobPage(client, queryKey, job)) overtake(queryKey)
      if (writeInJobPage(client, queryKey, job)) later.refresh(queryKey)
    }
    if ((failed.get(job.id) ?? 0) !== job.counts.failed) later.refresh(keys.recentFailures(org))
    failed.set(job.id, job.counts.failed)
    if (shown) later.refresh(keys.jobTimeline(org, job.id))
    // verification is counted from the tasks of such jobs
    if (job.type === 'verify') later.refresh(keys.firmware(org))
  }

  const writeTasks = (jobId: string, tasks: readonly Task[], more: boolean) => {
    const queryKey = keys.jobTasks(org, jobId)
    overtake(queryKey)
    let isIncomplete = more
    for (const [key] of client.getQueriesData<Page<Task>>({ queryKey })) {
      client.setQueryData<Page<Task>>(key, (page) => {
        if (!page) return page
        const next = applyTasks(page, (key.at(-1) ?? {}) as TaskFilter, tasks)
        isIncomplete ||= next.isIncomplete
        return next.page
      })
    }
    if (isIncomplete) later.refresh(queryKey)
  }

  const writeDevice = (device: Device) => {
    const before = client.getQueryData<Device>(keys.device(org, device.id))
    client.setQueryData<Device>(keys.device(org, device.id), (known) => known && device)
    overtake(keys.device(org, device.id))
    replaceInPages(client, keys.deviceLists(org), device)
    // it may have left a filtered page or come to one, and totals and versions count it
    later.refresh(keys.deviceLists(org))
    later.refresh(keys.deviceVersions(org))
    // each firmware counts the devices that run it
    later.refresh(keys.firmware(org))
    if (before) later.refresh(keys.deviceStory(org, device.id))
  }

  return {
    write(event: LiveEvent) {
      if (event.name === 'job') writeJob(event.data.job)
      if (event.name === 'tasks') writeTasks(event.data.jobId, event.data.tasks, event.data.more)
      if (event.name === 'device') writeDevice(event.data.device)
    },
    /** Asks again for everything on screen: whatever was fetched before the stream stood may have missed a change. */
    catchUp: () => later.refreshSoon(keys.org(org)),
    /** Asks again for what is on screen and could not be had: whoever hears the service again can also ask it. */
    recover: () => void client.refetchQueries({ type: 'active', predicate: ({ state }) => isOutage(state.error) }),
    close: later.close,
  }
}

/** No answer, or one that was none; a refusal stays one. */
const isOutage = (error: Error | null): boolean => error instanceof ApiError && error.problem.status >= 500

/** Puts changed tasks into a page that is on screen. `isIncomplete`: rows left or belong here, so ask again. */
export function applyTasks(page: Page<Task>, filter: TaskFilter, tasks: readonly Task[]) {
  const changed = new Map(tasks.map((task) => [task.deviceId, task]))
  const belongs = ({ status, failure, deviceKey }: Task) =>
    (!filter.status || status === filter.status) &&
    (!filter.failure || (status === 'failed' && failure === filter.failure)) &&
    (!filter.q || deviceKey.startsWith(filter.q))
  let isIncomplete = false
  let isTouched = false
  const items = page.items.flatMap((row) => {
    const task = changed.get(row.deviceId)
    if (!task) return [row]
    isTouched = true
    changed.delete(row.deviceId)
    if (belongs(task)) return [task]
    isIncomplete = true
    return []
  })
  for (const task of changed.values()) isIncomplete ||= belongs(task) && isWithin(page, task.deviceKey)
  return { page: isTouched ? { ...page, items } : page, isIncomplete }
}

/** Whether a key lies between the first and the last row, where a page has neighbours on that side. */
function isWithin({ items, prevCursor, nextCursor }: Page<Task>, deviceKey: string): boolean {
  const [first, last] = [items[0]?.deviceKey, items.at(-1)?.deviceKey]
  const isAfterFirst = !prevCursor || first === undefined || deviceKey > first
  return isAfterFirst && (!nextCursor || last === undefined || deviceKey < last)
}

function replaceInPages<T extends { id: string }>(client: QueryClient, queryKey: QueryKey, thing: T): void {
  for (const [key, page] of client.getQueriesData<Page<T>>({ queryKey })) {
    if (!page) continue
    const index = page.items.findIndex(({ id }) => id === thing.id)
    if (index >= 0) client.setQueryData<Page<T>>(key, { ...page, items: page.items.with(index, thing) })
  }
}

/** Asks for keys again at most once per `GATHER_MS`, and never while an answer is still on its way. */
function createGatherer(client: QueryClient) {
  const waiting = new Map<string, QueryKey>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let soon: ReturnType<typeof setTimeout> | undefined

  const flush = () => {
    timer = undefined
    for (const [name, queryKey] of waiting) {
      if (client.isFetching({ queryKey }) > 0) continue
      waiting.delete(name)
      void client.invalidateQueries({ queryKey })
    }
    if (waiting.size > 0) timer = setTimeout(flush, GATHER_MS)
  }
  return {
    refresh(queryKey: QueryKey) {
      waiting.set(JSON.stringify(queryKey), queryKey)
      timer ??= setTimeout(flush, GATHER_MS)
    },
    /** Also what is on its way: its answer may be older than the change. */
    refreshSoon(queryKey: QueryKey) {
      clearTimeout(soon)
      soon = setTimeout(() => void client.invalidateQueries({ queryKey }), SETTLE_MS)
    },
    close() {
      clearTimeout(timer)
      clearTimeout(soon)
    },
  }
}
