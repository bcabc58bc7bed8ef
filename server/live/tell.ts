import type { LiveEvent } from '#contract/manage/live.ts'
import type { LiveFilter } from '#server/ports.ts'
import type { LiveReader } from '#server/ports-engine.ts'

import { MAX_TASKS } from './pending.ts'
import type { News } from './ring.ts'

/** Whether a browser asked for this. */
export function concerns(news: News, { orgId, watched, jobs, devices }: LiveFilter): boolean {
  if (news.orgId !== orgId) return false
  // a job's rows show whether their devices are online and what they run
  if (news.kind === 'device' || news.kind === 'flood') return devices || watched.length > 0
  return watched.includes(news.jobId) || (news.kind === 'job' && jobs)
}

/**
 * Reads each changed row once, for all whom it concerns.
 * @param at ISO time of the events
 * @returns what each of them is to hear
 */
export async function readEvents(
  reader: LiveReader,
  all: readonly News[],
  filters: readonly LiveFilter[],
  at: string,
): Promise<(filter: LiveFilter) => LiveEvent[]> {
  const heard = together(all.filter((news) => filters.some((filter) => concerns(news, filter))))
  const wantsDevices = filters.some(({ devices }) => devices)
  const rows = await readRows(reader, heard, wantsDevices)
  const ofDevices = await rowsOfDevices(reader, heard, filters, at)
  const ofNews = heard.map((news) => ({ news, event: eventOf(news, rows, at) }))
  return (filter) => [
    ...ofNews
      .filter(({ news }) => concerns(news, filter) && (news.kind !== 'device' || filter.devices))
      .map(({ event }) => event),
    ...ofDevices
      .filter(({ orgId, event }) => orgId === filter.orgId && filter.watched.includes(event.data.jobId))
      .map(({ event }) => event),
  ]
}

/** Of a job at most one batch at a time: devices that came or went go with its tasks, where there are any. */
const together = (all: readonly News[]): News[] =>
  all.map((news) =>
    news.kind === 'tasks'
      ? { ...news, deviceIds: [...new Set([...news.deviceIds, ...devicesIn(all, news.orgId)])] }
      : news,
  )

const devicesIn = (all: readonly News[], orgId: string): string[] =>
  all.flatMap((news) => (news.kind === 'device' && news.orgId === orgId ? [news.deviceId] : []))

interface RowsOfDevices {
  orgId: string
  event: LiveEvent<'tasks'>
}

/** What those that watch a job hear of its devices that came, went or changed version while none of its tasks did. */
async function rowsOfDevices(
  reader: LiveReader,
  heard: readonly News[],
  filters: readonly LiveFilter[],
  at: string,
): Promise<RowsOfDevices[]> {
  // by organisation too: a job that somebody else names takes nothing from those whose it is, nor gives it away
  const watched = new Map(
    filters.flatMap(({ orgId, watched }) => watched.map((jobId) => [`${orgId} ${jobId}`, { orgId, jobId }] as const)),
  )
  const events: RowsOfDevices[] = []
  for (const { orgId, jobId } of watched.values()) {
    if (heard.some((news) => news.kind === 'tasks' && news.jobId === jobId)) continue
    const deviceIds = devicesIn(heard, orgId)
    if (deviceIds.length === 0) continue
    const tasks = await reader.tasks(jobId, deviceIds)
    if (tasks.length > 0) events.push({ orgId, event: { name: 'tasks', data: { at, jobId, tasks, more: false } } })
  }
  return events
}

type Rows = Awaited<ReturnType<typeof readRows>>

async function readRows(reader: LiveReader, news: readonly News[], wantsDevices: boolean) {
  const jobs = await reader.jobs(news.flatMap((one) => (one.kind === 'job' ? [one.jobId] : [])))
  const deviceIds = wantsDevices ? news.flatMap((one) => (one.kind === 'device' ? [one.deviceId] : [])) : []
  const devices = await reader.devices(deviceIds)
  const tasks = new Map<News, Awaited<ReturnType<LiveReader['tasks']>>>()
  for (const one of news) if (one.kind === 'tasks') tasks.set(one, await reader.tasks(one.jobId, one.deviceIds))
  return {
    jobs: new Map(jobs.map((job) => [job.id, job])),
    devices: new Map(devices.map((device) => [device.id, device])),
    tasks,
  }
}

function eventOf(news: News, { jobs, devices, tasks }: Rows, at: string): LiveEvent {
  if (news.kind === 'tasks')
    return { name: 'tasks', data: { at, jobId: news.jobId, tasks: tasks.get(news) ?? [], more: news.more } }
  const job = news.kind === 'job' ? jobs.get(news.jobId) : undefined
  if (job) return { name: 'job', data: { at, job } }
  const device = news.kind === 'device' ? devices.get(news.deviceId) : undefined
  if (device) return { name: 'device', data: { at, device } }
  // it is gone, or there is too much of it: whoever shows it has to ask what there is
  return { name: 'reset', data: { at } }
}

/** What was missed, each row once, in the order of its latest change; undefined when it was too much to keep. */
export function inShort(missed: readonly News[]): News[] | undefined {
  const latest = new Map<string, News>()
  for (const news of missed) {
    if (news.kind === 'flood') return undefined
    const name = news.kind === 'device' ? news.deviceId : `${news.kind} ${news.jobId}`
    const before = latest.get(name)
    latest.delete(name)
    latest.set(name, before ? both(before, news) : news)
  }
  return [...latest.values()]
}

function both(before: News, news: News): News {
  if (before.kind !== 'tasks' || news.kind !== 'tasks') return news
  // the page asks again anyway
  if (before.more && before.deviceIds.length >= MAX_TASKS) return before
  const ids = new Set([...before.deviceIds, ...news.deviceIds])
  const more = before.more || news.more || ids.size > MAX_TASKS
  return { ...news, deviceIds: [...ids].slice(0, MAX_TASKS), more }
}
