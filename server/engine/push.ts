import { afterDowntime } from '#domain/task-deadlines.ts'
import type { DeviceDoor, DownloadLinks, Logger, UpgradeCommand } from '#server/ports.ts'

import { termsOf, type DuePush } from './work.ts'

/**
 * The command of a task, made anew for each push: its link outlives the time that the device has to answer
 * and to finish, with what a downtime may add. It ends with the task in any case.
 */
export function commandOf({ task, job }: DuePush, links: DownloadLinks, now: number): UpgradeCommand {
  const { firmware } = job
  const expiresAt = afterDowntime(0, now) + 2 * termsOf(job).timeoutMs
  return {
    id: task.commandId ?? '',
    offer: {
      version: firmware.version,
      signMethod: firmware.signMethod,
      sign: firmware[firmware.signMethod],
      fileUrl: links.make({
        firmwareId: firmware.id,
        jobId: job.id,
        deviceId: task.deviceId,
        attempt: task.facts.attempt,
        expiresAt,
      }),
      fileSize: firmware.sizeBytes,
    },
  }
}

interface Pushing {
  door: DeviceDoor
  links: DownloadLinks
  log: Logger
}

/** Sends what the commit made true. A device that is gone by now gets it again when it comes back and informs. */
export function sendPushes(pushes: readonly DuePush[], { door, links, log }: Pushing, now: number): void {
  for (const push of pushes) {
    const { task, job } = push
    const { deviceId, orgId, deviceKey } = task
    const sent = door.push({ deviceId, orgId, productKey: job.productKey, deviceKey }, commandOf(push, links, now))
    if (!sent)
      log.info({ jobId: job.id, deviceKey }, 'a push found no session; it is sent again when the device informs')
  }
}
