import { createReadStream } from 'node:fs'
import { access, link, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { FileStore } from '#server/ports.ts'

import { isGone } from './gone.ts'

/** A slow download holds a few reads in memory; smaller ones than this would keep the loop busy. */
const READ_BYTES = 128 * 1024

export interface FolderStore extends FileStore {
  /** What is kept, by id: for removing what no firmware owns any more. */
  ids(): Promise<string[]>
}

/** Firmware files in a folder. A file's path is made of its id alone, never of a name that someone chose. */
export async function openFolderStore(folder: string): Promise<FolderStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pathOf = (firmwareId: string) => {
    if (!/^[0-9a-f-]{36}$/.test(firmwareId)) throw new Error('A firmware id is not a UUID')
    return join(folder, firmwareId)
  }
  return {
    async adopt(firmwareId, uploadPath) {
      try {
        await syncPath(uploadPath)
        // of an earlier try, when there was no database any more to ask whether it came through
        await rm(pathOf(firmwareId), { force: true })
        await link(uploadPath, pathOf(firmwareId))
      } catch (error) {
        // with the upload still there it is our own folder that is missing
        if (isGone(error) && !(await isThere(uploadPath))) return false
        throw error
      }
      // the new name is durable only when its folder is
      await syncPath(folder)
      return true
    },
    exists: (firmwareId) => isThere(pathOf(firmwareId)),
    read: (firmwareId, range) => createReadStream(pathOf(firmwareId), { highWaterMark: READ_BYTES, ...range }),
    remove: (firmwareId) => rm(pathOf(firmwareId), { force: true }),
    ids: () => readdir(folder),
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
