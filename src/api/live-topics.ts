import { live, MAX_WATCHED } from '#contract/manage/live.ts'
import { addressOf } from './call.ts'

/** What somebody wants to hear of. */
export interface Topics {
  /** A job whose devices are looked at. */
  job?: string
  jobs?: boolean
  devices?: boolean
}

/** What one stream carries for everybody who listens to it. */
export interface Wanted {
  /** Ids of jobs whose devices are looked at, the longest looked at first. */
  watched: readonly string[]
  jobs: boolean
  devices: boolean
}

export const NOTHING: Wanted = { watched: [], jobs: false, devices: false }

/** All of it at once. Of more jobs than a stream can carry the latest are left: their pages were opened last. */
export function together(all: readonly Wanted[]): Wanted {
  const watched = [...new Set(all.flatMap((wanted) => wanted.watched))]
  return {
    watched: watched.slice(-MAX_WATCHED),
    jobs: all.some(({ jobs }) => jobs),
    devices: all.some(({ devices }) => devices),
  }
}

export const wantedOf = ({ job, jobs = false, devices = false }: Topics): Wanted => ({
  watched: job === undefined ? [] : [job],
  jobs,
  devices,
})

/** Where a stream goes on, and as which one of a name. */
export interface Going {
  /** An event's id. */
  since?: string | undefined
  stream?: string
  turn?: number
}

/** The address of the stream that carries it. The same wishes have the same address. */
export function liveAddress(org: string, { watched, jobs, devices }: Wanted, going: Going = {}): string {
  const flag = (on: boolean) => (on ? ('1' as const) : undefined)
  const job = watched.toSorted().join(',')
  const query = { job: job || undefined, jobs: flag(jobs), devices: flag(devices), ...going }
  return addressOf(live.stream, { params: { org }, query })
}
