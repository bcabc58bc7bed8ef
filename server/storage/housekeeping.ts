import type { FirmwareStore, UploadBytes, UploadStore } from '#server/ports-manage.ts'
import type { Clock, Logger } from '#server/ports.ts'

import type { FolderStore } from './folder.ts'

const HOUR_MS = 3_600_000

export interface KeptPlaces {
  uploads: UploadStore
  bytes: UploadBytes
  firmware: FirmwareStore
  files: FolderStore
}

/**
 * Removes what a killed process left between a file and its record: bytes of uploads that were never answered or have
 * become a firmware, the second name of those that have not, files of deleted firmware. A file that the database knows
 * nothing about stays: the database may be the wrong one. Only before the service listens.
 */
export async function sweepOrphans({ uploads, bytes, firmware, files }: KeptPlaces, log: Logger): Promise<void> {
  const [known, kept] = [await uploads.announced(), await files.ids()]
  const strayUploads = (await bytes.ids()).filter((id) => !known.has(id))
  for (const id of strayUploads) await bytes.remove(id)
  const strayFiles = [...kept.filter((id) => known.has(id)), ...(await firmware.deletedOf(kept))]
  for (const id of strayFiles) await files.remove(id)
  if (strayUploads.length + strayFiles.length > 0)
    log.info({ uploads: strayUploads.length, files: strayFiles.length }, 'removed files that nothing owns')
}

/** Removes uploads that nobody finished in time. */
export async function sweepExpired({ uploads, bytes }: KeptPlaces, clock: Clock): Promise<void> {
  for (const { id } of await uploads.expired(clock.now())) {
    await bytes.remove(id)
    await uploads.remove(id)
  }
}

/** Does the chores every hour until it is told to stop. A chore that fails is logged and tried again. */
export function everyHour(clock: Clock, log: Logger, chores: readonly (() => Promise<unknown>)[]): () => void {
  let cancel = () => {}
  const arm = () => {
    cancel = clock.at(clock.now() + HOUR_MS, () => {
      for (const chore of chores) chore().catch((err: unknown) => log.warn({ err }, 'housekeeping failed'))
      arm()
    })
  }
  arm()
  return () => cancel()
}
