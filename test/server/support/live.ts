import type { LiveEvent } from '#contract/manage/live.ts'
import { stoppedClock } from '#server/clock.ts'
import { createHub } from '#server/live/hub.ts'
import type { Change, LiveFilter } from '#server/ports.ts'
import type { LiveReader } from '#server/ports-engine.ts'

export const ORG = 'org-1'
export const JOB = 'job-1'
export const job = (jobId = JOB, orgId = ORG): Change => ({ kind: 'job', orgId, jobId })
export const task = (deviceId: string, jobId = JOB): Change => ({ kind: 'task', orgId: ORG, jobId, deviceId })
export const device = (deviceId: string, orgId = ORG): Change => ({ kind: 'device', orgId, deviceId })

/** What a browser heard, in short: names with what they carry; beats are left out. */
const inWords = ({ name, data }: LiveEvent): string | null => {
  if (name === 'job') return `job ${data.job.id}`
  if (name === 'device') return `device ${data.device.id}`
  if (name === 'tasks')
    return `tasks ${data.tasks.map(({ deviceId }) => deviceId).join(',')}${data.more ? ' and more' : ''}`
  return name === 'beat' ? null : name
}

/** How rows are read, which a test may change. */
interface Reading {
  /** What was read so far. */
  reads: string[]
  broken: boolean
  /** What reading waits for. */
  held: Promise<void>
  gone: Set<string>
}

/** A hub whose rows are no more than their names, with a clock that stands still. */
export function startHub() {
  const reading: Reading = { reads: [], broken: false, held: Promise.resolve(), gone: new Set() }
  const clock = stoppedClock(1_000_000)
  const read = <T>(what: string, ids: readonly string[]): T[] => {
    if (reading.broken) throw new Error('the database is away')
    reading.reads.push(...ids.map((id) => `${what} ${id}`))
    return ids.filter((id) => !reading.gone.has(id)).map((id) => ({ id, deviceId: id }) as T)
  }
  const reader: LiveReader = {
    jobs: async (ids) => reading.held.then(() => read('job', ids)),
    tasks: async (_, ids) => reading.held.then(() => read('task', ids)),
    devices: async (ids) => reading.held.then(() => read('device', ids)),
  }
  const failures: string[] = []
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (_: object, said: string) => failures.push(said),
  }
  const hub = createHub({ reader, clock, log, epoch: 'first' })
  const watch = async (filter: Partial<LiveFilter> = {}, lastEventId?: string) => {
    const heard: string[] = []
    const ids: string[] = []
    const beatIds: string[] = []
    const leave = hub.subscribe({ orgId: ORG, watched: [], jobs: false, devices: false, ...filter }, lastEventId, {
      send(event, id) {
        if (event.name === 'beat') beatIds.push(id)
        else ids.push(id)
        heard.push(...[inWords(event)].flatMap((words) => words ?? []))
      },
    })
    await hub.idle()
    return {
      heard,
      ids,
      leave,
      beats: () => beatIds.length,
      lastBeatId: () => beatIds.at(-1),
      lastId: () => ids.at(-1),
    }
  }
  const tell = async (changes: Change[]) => {
    hub.announce(changes)
    await clock.advance(100)
    await hub.idle()
  }
  return { hub, clock, watch, tell, failures, reading }
}
