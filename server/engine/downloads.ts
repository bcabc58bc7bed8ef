import { isOpen } from '#domain/task.ts'
import type { Clock, Downloads } from '#server/ports.ts'
import type { EngineReads } from '#server/ports-engine.ts'

/** A link is good for one device, one attempt, and as long as that attempt is under way. */
export const createDownloads = (read: EngineReads, clock: Clock): Downloads => ({
  async decide(grant) {
    if (!grant) return { ok: false, reason: 'forged' }
    if (grant.expiresAt <= clock.now()) return { ok: false, reason: 'expired' }
    const firmware = await read.firmware(grant.firmwareId)
    // first: that the file is gone is true of every link to it, and a link to another attempt would not help
    if (!firmware || firmware.deleted) return { ok: false, reason: 'deleted' }
    const [task] = await read.tasks(grant.jobId, [grant.deviceId])
    if (!task || !isOpen(task.facts) || task.facts.attempt !== grant.attempt) return { ok: false, reason: 'taskClosed' }
    const { sizeBytes, sha256, fileName, productKey } = firmware
    return { ok: true, sizeBytes, sha256, fileName, productKey, deviceKey: task.deviceKey }
  },
})
