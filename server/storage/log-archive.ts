import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

import type { ArchivedMonth, LogArchiveStore, LogMonth } from '#server/ports-activity.ts'
import type { Clock } from '#server/ports.ts'

/** The month, by UTC, in which something happened. @param at epoch milliseconds */
function monthOf(at: number): LogMonth {
  const date = new Date(at)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return { name: date.toISOString().slice(0, 7), from: Date.UTC(year, month), until: Date.UTC(year, month + 1) }
}

/** Beginning of the oldest month that stays: the one that runs, and so many before it. */
function keptFrom(now: number, months: number): number {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months)
}

/** Makes a folder's entry durable, so that a file that was renamed into it is there after a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
    return hash.digest('hex')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a month as compressed JSON lines. It has its name only when it is whole and durable. */
async function write(store: LogArchiveStore, folder: string, month: LogMonth, name: string): Promise<ArchivedMonth> {
  const file = `log-${name}.jsonl.gz`
  const part = join(folder, `${file}.part`)
  const [hash, byOrg] = [createHash('sha256'), new Map<string, number>()]
  const texts = async function* () {
    for await (const { orgId, texts: some } of store.texts(month)) {
      byOrg.set(orgId, (byOrg.get(orgId) ?? 0) + some.length)
      yield some.join('')
    }
  }
  const handle = await open(part, 'w', 0o600)
  try {
    await pipeline(Readable.from(texts()), createGzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        hash.update(chunk)
        await handle.appendFile(chunk)
      }
    })
    await handle.sync()
  } catch (error) {
    await rm(part, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  await rename(part, join(folder, file))
  await syncFolder(folder)
  const lines = [...byOrg.values()].reduce((sum, n) => sum + n, 0)
  return { ...month, name, file, lines, sha256: hash.digest('hex'), byOrg: Object.fromEntries(byOrg) }
}

/** Lines that were written into a month after it was archived get a file of their own. */
async function freeName(store: LogArchiveStore, month: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? month : `${month}-${n}`
    if (await store.isFree(name)) return name
  }
}

/**
 * Archives whole closed months of the log and then drops them. What a crash interrupts goes on at the next call: a file
 * without its mark is written again in the same place, a month with its mark is dropped and never archived twice.
 * @param keepMonths closed months that stay beside the one that runs; 0 keeps everything for ever
 */
export function createLogRetention(
  store: LogArchiveStore,
  clock: Clock,
  { folder, keepMonths }: { folder: string; keepMonths: number },
): () => Promise<void> {
  async function finish(month: ArchivedMonth): Promise<void> {
    // dropped only when the very bytes that were marked are there to be read
    if ((await digestOf(join(folder, month.file))) !== month.sha256)
      throw new Error(`${month.file} is not what was archived: nothing of ${month.name} is dropped.`)
    await store.drop(month)
  }
  async function sweep(): Promise<void> {
    for (const month of await store.unfinished()) await finish(month)
    if (keepMonths === 0) return
    const until = keptFrom(clock.now(), keepMonths)
    for (let oldest = await store.oldest(); oldest !== undefined && oldest < until; oldest = await store.oldest()) {
      await mkdir(folder, { recursive: true })
      const month = monthOf(oldest)
      const archived = await write(store, folder, month, await freeName(store, month.name))
      await store.archived(archived)
      await finish(archived)
    }
  }
  let running: Promise<void> | undefined
  // a large month may take longer than the time between two calls
  return () => (running ??= sweep().finally(() => (running = undefined)))
}
