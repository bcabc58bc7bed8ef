import type { LiveEvent } from '#contract/manage/live.ts'
import type { LiveFilter, LiveSubscriber } from '#server/ports.ts'
import type { LiveReader } from '#server/ports-engine.ts'

import { MAX_TASKS } from './pending.ts'
import type { Entry, News } from './ring.ts'

export interface Watcher {
  filter: LiveFilter
  subscriber: LiveSubscriber
  /** Id of the event up to which it has been told everything: where it may go on after a cut. */
  upTo: string
}

/** Whether a browser asked for this. */
export function concerns(news: News, { orgId, watched, jobs, devices }: LiveFilter): boolean {
  if (news.orgId !== orgId) return false
  // a job's rows show whether their devices are online and what they run
  if (news.kind === 'device') return devices || watched.length > 0
  return watched.includes(news.jobId) || (news.kind === 'job' && jobs)
}

/**
 * Reads each changed row once and tells everyone whom it concerns. All is read before the first word is said: nobody is
 * told an id whose change still waits, and so would lose it with a connection cut in between.
 * @param at ISO time of the events
 */
export async function tell(
  reader: LiveReader,
  entries: readonly Entry[],
  watchers: readonly Watcher[],
  at: string,
): Promise<void> {
  const heard = together(entries.filter(({ news }) => watchers.some(({ filter }) => concerns(news, filter))))
  const wantsDevices = watchers.some(({ filter }) => filter.devices)
  const rows = await readRows(
    reader,
    heard.map(({ news }) => news),
    wantsDevices,
  )
  const ofDevices = await rowsOfDevices(reader, heard, watchers, at)
  for (const { id, news } of heard) {
    const event = eventOf(news, rows, at)
    for (const { filter, subscriber } of watchers)
      if (concerns(news, filter) && (news.kind !== 'device' || filter.devices)) subscriber.send(event, id)
  }
  for (const { id, event } of ofDevices)
    for (const { filter, subscriber } of watchers)
      if (filter.watched.includes(event.data.jobId)) subscriber.send(event, id)
}

/** Of a job at most one batch at a time: devices that came or went go with its tasks, where there are any. */
const together = (entries: readonly Entry[]): Entry[] =>
  entries.map(({ id, news }) =>
    news.kind === 'tasks'
      ? { id, news: { ...news, deviceIds: [...new Set([...news.deviceIds, ...devicesIn(entries, news.orgId)])] } }
      : { id, news },
  )

const devicesIn = (entries: readonly Entry[], orgId: string): string[] =>
  entries.flatMap(({ news }) => (news.kind === 'device' && news.orgId === orgId ? [news.deviceId] : []))

/** What those that watch a job hear of its devices that came, went or changed version while none of its tasks did. */
async function rowsOfDevices(
  reader: LiveReader,
  heard: readonly Entry[],
  watchers: readonly Watcher[],
  at: string,
): Promise<{ id: string; event: LiveEvent<'tasks'> }[]> {
  const watched = new Map(
    watchers.flatMap(({ filter }) => filter.watched.map((jobId): [string, string] => [jobId, filter.orgId])),
  )
  const events: { id: string; event: LiveEvent<'tasks'> }[] = []
  for (const [jobId, orgId] of watched) {
    if (heard.some(({ news }) => news.kind === 'tasks' && news.jobId === jobId)) continue
    const last = heard.findLast(({ news }) => news.kind === 'device' && news.orgId === orgId)
    if (!last) continue
    const tasks = await reader.tasks(jobId, devicesIn(heard, orgId))
    if (tasks.length > 0)
      events.push({ id: last.id, event: { name: 'tasks', data: { at, jobId, tasks, more: false } } })
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
  // it is gone: whoever shows it has to ask what there is
  return { name: 'reset', data: { at } }
}

/** What was missed, each row once, in the order of its latest change. The last id stands for all. */
export function inShort(entries: readonly Entry[]): Entry[] {
  const tasks = new Map<string, { ids: Set<string>; more: boolean }>()
  const latest = new Map<string, Entry>()
  for (const entry of entries) {
    const { news } = entry
    const name = news.kind === 'device' ? news.deviceId : `${news.kind} ${news.jobId}`
    latest.delete(name)
    latest.set(name, entry)
    if (news.kind !== 'tasks') continue
    const known = tasks.get(news.jobId) ?? { ids: new Set(), more: false }
    tasks.set(news.jobId, known)
    for (const id of news.deviceIds) known.ids.add(id)
    known.more ||= news.more
  }
  return [...latest.values()].map(({ id, news }) => {
    const all = news.kind === 'tasks' ? tasks.get(news.jobId) : undefined
    if (news.kind !== 'tasks' || !all) return { id, news }
    const deviceIds = [...all.ids].slice(0, MAX_TASKS)
    return { id, news: { ...news, deviceIds, more: all.more || all.ids.size > MAX_TASKS } }
  })
}
