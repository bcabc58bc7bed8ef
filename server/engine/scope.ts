import type { Scope } from '#contract/manage/jobs.ts'
import { excludedBy, type ExcludedReason } from '#domain/targeting.ts'
import type { EngineReads, TargetRecord } from '#server/ports-engine.ts'

/** Rows read or written at once: short enough that the loop never stops for long. */
export const CHUNK = 500

/** Lets everything else have its turn between two chunks. */
export const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/**
 * The devices that a scope asks about, in the order of their ids and in chunks: tasks are stored in that order,
 * which is more than ten times as fast as any other. Which of them are taken is for the rules to say.
 */
export async function* asked(
  read: EngineReads,
  productKey: string,
  { deviceKeys }: Scope,
): AsyncGenerator<TargetRecord[]> {
  if (deviceKeys.length > 0) yield* named(read, productKey, [...new Set(deviceKeys)])
  else yield* whole(read, productKey)
}

async function* whole(read: EngineReads, productKey: string): AsyncGenerator<TargetRecord[]> {
  let after = ''
  while (true) {
    const devices = await read.devicesAfter(productKey, after, CHUNK)
    const last = devices.at(-1)
    if (!last) return
    after = last.id
    yield devices
    await breathe()
  }
}

async function* named(read: EngineReads, productKey: string, keys: readonly string[]): AsyncGenerator<TargetRecord[]> {
  const found: TargetRecord[] = []
  for (let from = 0; from < keys.length; from += CHUNK) {
    found.push(...(await read.devicesByKey(productKey, keys.slice(from, from + CHUNK))))
    await breathe()
  }
  found.sort((a, b) => (a.id < b.id ? -1 : 1))
  for (let from = 0; from < found.length; from += CHUNK) {
    yield found.slice(from, from + CHUNK)
    await breathe()
  }
}

/** Why a scope does not take the device, or null. */
export const leftOut = (scope: Scope, device: TargetRecord, targetVersion: string): ExcludedReason | null =>
  excludedBy(scope, device, targetVersion)
