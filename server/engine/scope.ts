import type { Scope } from '#contract/manage/jobs.ts'
import { problems } from '#contract/problems.ts'
import { chooser, excludedBy, type ExcludedReason } from '#domain/targeting.ts'
import { ProblemError } from '#server/ports.ts'
import type { EngineReads, JobRecord, TargetRecord } from '#server/ports-engine.ts'

/** Rows read or written at once: short enough that the loop never stops for long. */
export const CHUNK = 500

/** Lets everything else have its turn between two chunks. */
export const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/** Told how many more devices were looked at. It ends the looking by throwing. */
export type Watch = (looked: number) => void

/** Where devices are looked for. */
interface Field {
  read: EngineReads
  productKey: string
  watch: Watch
}

/**
 * The devices that a scope asks about, in the order of their ids and in chunks: tasks are stored in that order,
 * which is more than ten times as fast as any other. Which of them are taken is for the rules to say.
 */
export async function* asked(
  read: EngineReads,
  productKey: string,
  scope: Scope,
  watch: Watch = () => {},
): AsyncGenerator<TargetRecord[]> {
  const field = { read, productKey, watch }
  if (scope.deviceListId === null) yield* chosen(field, scope)
  else yield* ofList(field, scope, await listOf(read, productKey, scope.deviceListId))
}

async function* chosen(field: Field, { deviceKeys }: Scope): AsyncGenerator<TargetRecord[]> {
  if (deviceKeys.length > 0) yield* named(field, [...new Set(deviceKeys)])
  else yield* whole(field)
}

/** How many devices have to be looked at to know which of them a scope asks about: what `watch` is told in the end. */
export async function toLookAt(read: EngineReads, productKey: string, scope: Scope): Promise<number> {
  const { deviceKeys, deviceListId } = scope
  const list = deviceListId === null ? null : await listOf(read, productKey, deviceListId)
  if (deviceKeys.length > 0) return new Set(deviceKeys).size
  return list && isShort(list) ? list.keyCount : read.deviceCount(productKey)
}

/** Whether the scope takes any device as they are now. */
export async function matchesAny(
  read: EngineReads,
  { productKey, scope, firmware }: Pick<JobRecord, 'productKey' | 'scope' | 'firmware'>,
): Promise<boolean> {
  for await (const devices of asked(read, productKey, scope))
    if (devices.some((device) => leftOut(scope, device, firmware.version) === null)) return true
  return false
}

/** The list of a scope. A product is of one organisation, so that a list of this product is of the right one. */
export async function listOf(read: EngineReads, productKey: string, listId: string) {
  const list = await read.deviceList(listId)
  if (list?.productKey !== productKey) throw new ProblemError(problems.notFound('Device list of this product'))
  return list
}

/** A list that is shorter is read, a longer one is asked about each device: that keeps the order without sorting. */
const SHORT_LIST = 10_000
const isShort = ({ keyCount }: { keyCount: number }): boolean => keyCount <= SHORT_LIST

async function* ofList(
  field: Field,
  scope: Scope,
  list: { no: number; keyCount: number },
): AsyncGenerator<TargetRecord[]> {
  const { read } = field
  if (scope.deviceKeys.length === 0 && isShort(list)) {
    yield* named(field, await read.listedKeys(list.no, '', SHORT_LIST))
    return
  }
  for await (const devices of chosen(field, scope)) {
    const listed = await read.listed(
      list.no,
      devices.map(({ deviceKey }) => deviceKey),
    )
    yield devices.filter(({ deviceKey }) => listed.has(deviceKey))
  }
}

/** How many devices a scope names; null when it names none, or by two lists of which one narrows the other. */
export async function namedBy(read: EngineReads, productKey: string, scope: Scope): Promise<number | null> {
  const { deviceKeys, deviceListId } = scope
  if (deviceListId === null) return deviceKeys.length === 0 ? null : new Set(deviceKeys).size
  return deviceKeys.length === 0 ? (await listOf(read, productKey, deviceListId)).keyCount : null
}

async function* whole({ read, productKey, watch }: Field): AsyncGenerator<TargetRecord[]> {
  let after = ''
  while (true) {
    const devices = await read.devicesAfter(productKey, after, CHUNK)
    const last = devices.at(-1)
    if (!last) return
    after = last.id
    watch(devices.length)
    yield devices
    await breathe()
  }
}

async function* named({ read, productKey, watch }: Field, keys: readonly string[]): AsyncGenerator<TargetRecord[]> {
  const found: TargetRecord[] = []
  for (let from = 0; from < keys.length; from += CHUNK) {
    const chunk = keys.slice(from, from + CHUNK)
    found.push(...(await read.devicesByKey(productKey, chunk)))
    watch(chunk.length)
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

/** Which of these devices the scope of a job takes. One whose device list is gone takes none. */
export async function takenOf(
  read: EngineReads,
  { productKey, scope, firmware }: Pick<JobRecord, 'productKey' | 'scope' | 'firmware'>,
  devices: readonly TargetRecord[],
): Promise<readonly TargetRecord[]> {
  const chooses = chooser(scope)
  const chosenOnes = devices.filter(
    (device) =>
      device.productKey === productKey &&
      chooses(device.deviceKey) &&
      leftOut(scope, device, firmware.version) === null,
  )
  if (scope.deviceListId === null || chosenOnes.length === 0) return chosenOnes
  // deleted while the job was over, and the job goes on because a device was retried
  const list = await read.deviceList(scope.deviceListId)
  if (list?.productKey !== productKey) return []
  const listed = await read.listed(
    list.no,
    chosenOnes.map(({ deviceKey }) => deviceKey),
  )
  return chosenOnes.filter(({ deviceKey }) => listed.has(deviceKey))
}
