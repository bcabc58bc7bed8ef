import type { DeviceList, DeviceListAsk } from '#contract/manage/device-lists.ts'
import type { Actor, Page, PageAsk } from '#server/ports.ts'

/** A list that is being read: nothing of it is kept before `keep`, and with `keep` all of it. */
export interface DeviceListDraft {
  add(keys: readonly string[]): void
  /** @throws ProblemError 404 when the product is not of this organisation */
  keep(orgId: string, wanted: DeviceListAsk, actor: Actor): Promise<DeviceList>
}

export interface DeviceListFilter {
  product?: string | undefined
  /** Prefix of the name. */
  q?: string | undefined
}

/** Lists of device keys, taken from files. */
export interface DeviceListStore {
  list(orgId: string, filter: DeviceListFilter, ask: PageAsk): Promise<Page<DeviceList>>
  view(orgId: string, listId: string): Promise<DeviceList | undefined>
  draft(): DeviceListDraft
  /** Refused while an unfinished job uses it. It is gone with the commit; its keys go some at a time. */
  delete(orgId: string, listId: string, actor: Actor): Promise<void>
  /** Removes what a killed process left of lists that were being kept or deleted. */
  sweep(): Promise<void>
}

/** What the engine reads of device lists to match a scope. */
export interface DeviceListReads {
  /** `no` stands for the list in the other calls; undefined when there is no such list. */
  deviceList(listId: string): Promise<{ no: number; productKey: string; keyCount: number } | undefined>
  /** Keys of a list in their order, after one of them. */
  listedKeys(no: number, after: string, limit: number): Promise<string[]>
  /** Which of the keys stand in the list. */
  listed(no: number, deviceKeys: readonly string[]): Promise<Set<string>>
}
