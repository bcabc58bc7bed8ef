import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

import type { OfferedFirmware } from '#contract/device/ota.ts'
import { FailureStep, messageOf, UpgradeError } from './errors.ts'
import { HttpStatusError, requestRange, type RangeOptions } from './range.ts'

export interface DownloadOptions extends Pick<RangeOptions, 'tls' | 'agent' | 'idleTimeoutMs'> {
  firmware: OfferedFirmware
  /** Where the file goes once it is whole and checked; `<path>.part` until then, and it is resumed if it is there. */
  path: string
  /** Tries after a broken transfer; 5 by default. Each goes on where the last one ended. */
  attempts?: number
  /** Milliseconds before the second try, doubled each time; 500 by default. */
  pauseMs?: number
  /** Bytes per second; unlimited by default. */
  speed?: number
  signal?: AbortSignal
  onBytes?: (received: number) => void
}

const failed = (message: string, cause?: unknown) => new UpgradeError(FailureStep.download, message, { cause })

const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

async function hashOf(path: string, method: string): Promise<Hash> {
  const hash = createHash(method)
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash
}

/** Appends the answer's bytes at `from`; resolves with the length of the file. */
async function append(
  response: IncomingMessage,
  file: FileHandle,
  from: number,
  options: DownloadOptions,
): Promise<number> {
  const { firmware, speed, onBytes, signal } = options
  const startedAt = performance.now()
  let at = from
  for await (const piece of response) {
    const chunk = piece as Buffer
    if (at + chunk.length > firmware.fileSize) throw failed('The file is longer than announced')
    await onDisk(file.write(chunk, 0, chunk.length, at))
    at += chunk.length
    onBytes?.(at)
    if (speed === undefined) continue
    const aheadMs = ((at - from) / speed) * 1_000 - (performance.now() - startedAt)
    if (aheadMs > 1) await delay(aheadMs, undefined, { signal })
  }
  return at
}

/** What the disk refuses is a failure of writing and not of the download. */
async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new UpgradeError(FailureStep.writing, `The file could not be written: ${messageOf(error)}`, { cause: error })
  }
}

/** One try: asks for what is missing, or for everything when the service cannot continue. */
async function fetchRest(part: string, options: DownloadOptions): Promise<number> {
  const { firmware } = options
  const have = await sizeOf(part)
  if (have === firmware.fileSize) return have
  const from = have > firmware.fileSize ? 0 : have
  const response = await requestRange({ ...options, url: firmware.fileUrl, from }).catch(async (error: unknown) => {
    // what is here is no beginning of what is there: the next try begins anew
    if (error instanceof HttpStatusError && error.status === 416) await rm(part, { force: true })
    throw error
  })
  const continues = response.statusCode === 206 && from > 0
  try {
    return await store(part, response, continues ? from : 0, options)
  } finally {
    response.destroy()
  }
}

async function store(part: string, response: IncomingMessage, from: number, options: DownloadOptions): Promise<number> {
  const file = await onDisk(open(part, from > 0 ? 'r+' : 'w'))
  try {
    return await append(response, file, from, options)
  } finally {
    await file.close()
  }
}

const MAY_PASS: ReadonlySet<number> = new Set([408, 416, 429])

/** Whether another try may help: the network may recover, a refusal by the service will not. */
const isLasting = (error: unknown): boolean =>
  error instanceof UpgradeError ||
  (error instanceof HttpStatusError && error.status < 500 && !MAY_PASS.has(error.status))

async function fetchAll(part: string, options: DownloadOptions): Promise<void> {
  const attempts = options.attempts ?? 5
  let pauseMs = options.pauseMs ?? 500
  for (let attempt = 1; ; attempt++) {
    try {
      const size = await fetchRest(part, options)
      if (size >= options.firmware.fileSize) return
      throw new Error(`The transfer ended at ${size} of ${options.firmware.fileSize} bytes`)
    } catch (error) {
      if (error instanceof UpgradeError) throw error
      if (options.signal?.aborted || isLasting(error) || attempt >= attempts) throw failed(messageOf(error), error)
      await delay(pauseMs)
      pauseMs *= 2
    }
  }
}

/**
 * Downloads a firmware to a file, in pieces and never whole in memory; a transfer that breaks goes on where it ended,
 * in this call and in a later one. The file is at `path` only after its length and digest were found right.
 * @throws UpgradeError -2 download, -3 verification (the partial file is removed), -4 writing
 */
export async function download(options: DownloadOptions): Promise<void> {
  const part = `${options.path}.part`
  const isResumed = (await sizeOf(part)) > 0
  if (!(await isFetched(part, options)) && !(isResumed && (await isFetched(part, options)))) {
    throw new UpgradeError(FailureStep.verification, 'The digest of the file is not the announced one')
  }
  await onDisk(rename(part, options.path))
}

/** Fetches and checks; a file with another digest is removed, since what an earlier call left may not belong to it. */
async function isFetched(part: string, options: DownloadOptions): Promise<boolean> {
  await fetchAll(part, options)
  const digest = (await hashOf(part, options.firmware.signMethod)).digest('hex')
  if (digest === options.firmware.sign) return true
  await rm(part, { force: true })
  return false
}
