import { isOpen } from '#domain/task.ts'
import type { DownloadLinks, FileStore, FirmwareOffer } from '#server/ports.ts'
import type { DeviceRecord, EngineReads, JobCore, TaskRecord } from '#server/ports-engine.ts'

import { askGates, missingFiles } from './dispatch.ts'
import { deviceActor, SYSTEM } from './log-lines.ts'
import { commandOf } from './push.ts'
import type { Work } from './work.ts'

/** What it takes to answer a device that asks for firmware. */
export interface Offering {
  links: DownloadLinks
  /** Firmware whose file is gone. */
  missing: ReadonlySet<string>
}

/** Which of the files that these devices could be offered are gone. Asked before the transaction: it may take long. */
export async function missingFor(
  { read, files }: { read: EngineReads; files: Pick<FileStore, 'exists'> },
  deviceIds: readonly string[],
): Promise<Set<string>> {
  const tasks = await read.reportable(deviceIds)
  const jobs = await read.jobCores([...new Set(tasks.map(({ jobId }) => jobId))])
  return missingFiles(
    files,
    jobs.filter(answers).map(({ firmware }) => firmware.id),
  )
}

const answers = ({ policy }: JobCore): boolean => policy.method !== 'push'

/**
 * The one firmware that a device is answered with when it asks: that of the attempt under way, else of the oldest job
 * that lets it go. Who asks again is answered the same, and nothing changes.
 */
export function offerTo(work: Work, device: DeviceRecord, offering: Offering): FirmwareOffer | undefined {
  const tasks = work.tasksOf(device.id)
  const task = tasks.find(({ facts }) => isOpen(facts)) ?? begin(work, device, offering, tasks)
  if (!task) return undefined
  const job = work.jobOf(task)
  // once installed, it restarts: the same firmware again would only be installed twice
  const gone = task.facts.installed || job.firmware.deleted || offering.missing.has(job.firmware.id)
  return answers(job) && !gone ? commandOf({ task, job }, offering.links, work.now).offer : undefined
}

function begin(
  work: Work,
  device: DeviceRecord,
  { missing }: Offering,
  tasks: readonly TaskRecord[],
): TaskRecord | undefined {
  const at = work.now
  for (const task of tasks.filter(({ facts }) => facts.status === 'init')) {
    const job = work.jobOf(task)
    if (!askGates({ task, device, job, busyWith: null, now: at, via: 'request' }).go) continue
    if (missing.has(job.firmware.id)) work.apply(task, { type: 'fileMissing', at }, SYSTEM)
    else {
      work.apply(task, { type: 'offer', at, sourceVersion: device.reportedVersion ?? '' }, deviceActor(device))
      return task
    }
  }
  return undefined
}
