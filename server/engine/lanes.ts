import { roomOf } from '#domain/halt.ts'
import { slotOf } from '#domain/pace.ts'
import type { JobCore } from '#server/ports-engine.ts'

/** Devices that are remembered as waiting; beyond it the job's tasks are read again instead. */
const MAX_REMEMBERED = 10_000

/** A started job, as the dispatcher sees it between its transactions. */
export interface Lane {
  jobId: string
  firmwareId: string
  free: number
  /** False when it only answers devices that ask. */
  pushes: boolean
  /** At most so many are looked at together: more than the pace lets go would be looked at in vain. */
  together: number
  /** The job lets nobody go before this: its start time, window or pace; null while it does. */
  closedUntil: number | null
  jobVersion: number
  openWave: number
  /** Waiting tasks are read once in the order of their keys: this is the last one read. */
  after: string
  read: boolean
  /** Something was forgotten behind `after`: the tasks are read again from the beginning. */
  again: boolean
  /** Devices that would go if there were room. */
  waiting: Set<string>
}

export interface Lanes {
  /**
   * The job as it stands after a commit: it gains, keeps or loses its lane.
   * @param order of the commit; news that is older than what is known changes nothing
   */
  note(job: JobCore, order: number): void
  get(jobId: string): Lane | undefined
  /** Oldest job first. */
  all(): readonly Lane[]
  /** Whether any job has room for another device. */
  anyFree(): boolean
  /** Puts a device down as waiting for room in a job. */
  hold(lane: Lane, deviceId: string): void
  readAllAgain(): void
  /** No job is closed until a time any more, and all is read again. */
  reopen(): void
}

/** Whether another device of the job could be pushed to now. */
export const hasRoom = ({ pushes, free, closedUntil }: Lane): boolean => pushes && free > 0 && closedUntil === null

export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>()
  const known = new Map<string, number>()
  let sorted: Lane[] = []
  const sort = () => {
    // ids of jobs are time-ordered
    sorted = [...lanes.values()].toSorted((a, b) => (a.jobId < b.jobId ? -1 : 1))
  }
  return {
    note(job, order) {
      if ((known.get(job.id) ?? 0) > order) return
      known.set(job.id, order)
      if (job.state !== 'started') {
        if (lanes.delete(job.id)) sort()
        return
      }
      const { limit, underWay } = roomOf(job.policy, { ...job, sample: job.halt.sample })
      const free = limit - underWay
      const { pacePerMinute } = job.policy
      const lane = lanes.get(job.id)
      if (lane && lane.jobVersion === job.version) {
        lane.free = free
        // a wave has opened: its devices were held when they were read
        if (job.waveState.opened > lane.openWave) Object.assign(lane, { openWave: job.waveState.opened, again: true })
        return
      }
      lanes.set(job.id, {
        jobId: job.id,
        firmwareId: job.firmware.id,
        free,
        pushes: job.policy.method !== 'request',
        together: pacePerMinute === null ? Infinity : slotOf(pacePerMinute).devices,
        closedUntil: null,
        jobVersion: job.version,
        openWave: job.waveState.opened,
        after: '',
        read: false,
        again: false,
        waiting: new Set(),
      })
      sort()
    },
    get: (jobId) => lanes.get(jobId),
    all: () => sorted,
    anyFree: () => sorted.some(hasRoom),
    hold(lane, deviceId) {
      if (lane.waiting.size < MAX_REMEMBERED) lane.waiting.add(deviceId)
      else lane.again = true
    },
    readAllAgain() {
      for (const lane of sorted) lane.again = true
    },
    reopen() {
      for (const lane of sorted) Object.assign(lane, { closedUntil: null, again: true })
    },
  }
}
