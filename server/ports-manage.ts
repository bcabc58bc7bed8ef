import type { IncomingMessage, ServerResponse } from 'node:http'

import type { z } from 'zod'

import type { Device, DeviceCreate } from '#contract/manage/devices.ts'
import type { Firmware, VerificationState } from '#contract/manage/firmware.ts'
import type { Org, OrgCreate } from '#contract/manage/orgs.ts'
import type { Product, ProductCreate, ProductUpdate } from '#contract/manage/products.ts'
import type { OrgRole, PlatformRole } from '#contract/rights.ts'
import type { Refusal } from '#domain/refusal.ts'
import type { Actor, Page, PageAsk } from '#server/ports.ts'

/*
 * What the management routes need kept, as types. Every call names the organisation it is about, and what
 * belongs to another one is not found. A row that someone else changed first throws `stale`, a value that must
 * be unique throws `taken`; each write appends to the log in its own transaction.
 */

export interface OrgContext {
  id: string
  slug: string
  name: string
  zone: string
}

/** The person behind a session. */
export interface Person {
  user: { id: string; email: string; name: string }
  platformRoles: readonly PlatformRole[]
  memberships: readonly { org: OrgContext; roles: readonly OrgRole[] }[]
}

export interface NewUser {
  email: string
  name: string
  passwordHash: string
  platformRoles: readonly PlatformRole[]
}

export interface SessionRecord {
  tokenHash: string
  userId: string
  /** Epoch milliseconds, as every time here. */
  createdAt: number
  lastSeenAt: number
  expiresAt: number
  address: string
  userAgent: string
}

/** People and their sessions, for signing in. */
export interface PeopleStore {
  byEmail(email: string): Promise<{ id: string; passwordHash: string } | undefined>
  person(userId: string): Promise<Person | undefined>
  session(tokenHash: string): Promise<SessionRecord | undefined>
  /** Also says in the log that the person signed in. */
  addSession(session: SessionRecord): Promise<void>
  touchSession(tokenHash: string, at: number): Promise<void>
  /** Also says in the log that the person signed out. */
  endSession(tokenHash: string, actor: Actor): Promise<void>
  /** Ends and logs those that expired by then, and those in which nothing was done since. */
  endOver(by: { expiredAt: number; silentSince: number }): Promise<void>
  /** Logs it. @param userId of the person whose password it was not; undefined when there is no such person */
  signInFailed(userId: string | undefined, address: string, more: number): Promise<void>
  hasAny(): Promise<boolean>
  /** Adds the first person of a deployment; false when there is someone already. */
  addFirst(user: NewUser): Promise<boolean>
}

export interface OrgStore {
  bySlug(slug: string): Promise<OrgContext | undefined>
  /** Those of the ids, or all of them; by name. */
  list(ids: readonly string[] | 'all'): Promise<Org[]>
  view(id: string): Promise<Org | undefined>
  create(org: z.output<typeof OrgCreate>, actor: Actor): Promise<Org>
}

export interface ProductStore {
  list(orgId: string, q: string | undefined, ask: PageAsk): Promise<Page<Product>>
  view(orgId: string, productKey: string): Promise<Product | undefined>
  /** The secret is readable in this answer alone. */
  create(
    orgId: string,
    product: z.output<typeof ProductCreate>,
    actor: Actor,
  ): Promise<Product & { productSecret: string }>
  update(orgId: string, productKey: string, change: z.output<typeof ProductUpdate>, actor: Actor): Promise<Product>
  resetSecret(orgId: string, productKey: string, actor: Actor): Promise<Product & { productSecret: string }>
  /**
   * Its firmware and device lists go with it; refused while it has devices or an unfinished job.
   * @returns ids of the firmware whose files may go now
   */
  delete(orgId: string, productKey: string, actor: Actor): Promise<string[]>
}

export interface DeviceFilter {
  product?: string | undefined
  version?: string | undefined
  connection?: 'online' | 'offline' | undefined
  /** A tag's key, or `key=value`. */
  tag?: string | undefined
  /** For how many days, at least, it has been offline. */
  unseenDays?: number | undefined
  /** Prefix of the device key. */
  q?: string | undefined
}

export interface DeviceStore {
  list(orgId: string, filter: DeviceFilter, ask: PageAsk): Promise<Page<Device>>
  view(orgId: string, deviceId: string): Promise<Device | undefined>
  /** Rows as the API shows them, of any organisation: for events that are filtered by then. */
  byIds(ids: readonly string[]): Promise<Device[]>
  versions(orgId: string, product: string | undefined): Promise<{ version: string | null; count: number }[]>
  create(orgId: string, device: z.output<typeof DeviceCreate>, actor: Actor): Promise<Device & { deviceSecret: string }>
  /** The devices behind a gateway, whose organisation has been asked for before. */
  behind(gatewayId: string, ask: PageAsk): Promise<Page<Device>>
  /** Every session has to be ended after this: what was signed with the old secret no longer holds. */
  resetSecret(orgId: string, deviceId: string, actor: Actor): Promise<Device & { deviceSecret: string }>
  /** Refused when the product allows no dynamic activation, or the device has not used its own. */
  resetActivation(orgId: string, deviceId: string, actor: Actor): Promise<Device>
}

export interface FirmwareFilter {
  sort: 'createdAt' | 'name'
  q?: string | undefined
  product?: string | undefined
  state?: VerificationState | undefined
  sha256?: string | undefined
}

/** A firmware whose bytes have been judged. */
export type NewFirmware = Omit<
  Firmware,
  'productName' | 'verificationState' | 'deviceCount' | 'jobCount' | 'createdBy' | 'createdAt' | 'revision'
>

export interface FirmwareStore {
  list(orgId: string, filter: FirmwareFilter, ask: PageAsk): Promise<Page<Firmware>>
  /** Deleted firmware is not found. */
  view(orgId: string, firmwareId: string): Promise<Firmware | undefined>
  /** Throws when the product is not of this organisation, or its name or version is taken, also by a deleted one. */
  mustBeFree(orgId: string, wanted: { productKey: string; name: string; version: string }): Promise<void>
  /** Also ends the upload it was made of, whose id it bears, so that one upload makes one firmware. */
  create(orgId: string, firmware: NewFirmware, actor: Actor): Promise<Firmware>
  update(
    orgId: string,
    firmwareId: string,
    change: {
      description?: string | undefined
      releaseNotes?: string | undefined
      tags?: Record<string, string> | undefined
      revision: number
    },
    actor: Actor,
  ): Promise<Firmware>
  /** Refused while an unfinished job uses it. The record stays. */
  delete(orgId: string, firmwareId: string, actor: Actor): Promise<void>
  /** Which of these were deleted, so that their files may go. */
  deletedOf(ids: readonly string[]): Promise<string[]>
}

export interface UploadRecord {
  id: string
  orgId: string
  userId: string
  sizeBytes: number
  createdAt: number
  expiresAt: number
}

export interface UploadStore {
  find(orgId: string, uploadId: string): Promise<UploadRecord | undefined>
  add(upload: UploadRecord): Promise<void>
  remove(uploadId: string): Promise<void>
  /** Those that expired before `now`. */
  expired(now: number): Promise<UploadRecord[]>
  /** How large each one was announced, by its id, over all organisations. */
  announced(): Promise<Map<string, number>>
}

/** How far an upload got. */
export interface UploadState {
  sizeBytes: number
  offset: number
  /** As the uploader called it; never part of a path. */
  fileName: string
}

/** What the server found in a file, or why it is no firmware. */
export type JudgedFile = { ok: true; sizeBytes: number; sha256: string; md5: string } | ({ ok: false } & Refusal)

/** The bytes of uploads under way. */
export interface UploadBytes {
  /** Answers one request of the tus protocol. @param uploadId the upload it is about, or is to begin */
  handle(request: IncomingMessage, response: ServerResponse, uploadId: string): Promise<TusAnswer>
  /** Undefined when there is no such upload. */
  state(uploadId: string): Promise<UploadState | undefined>
  /** Reads the whole file once, in pieces. */
  judge(uploadId: string, maxBytes: number): Promise<JudgedFile>
  pathOf(uploadId: string): string
  /** Removes whatever is left of it. */
  remove(uploadId: string): Promise<void>
  ids(): Promise<string[]>
  freeBytes(): Promise<number>
}

export interface TusAnswer {
  status: number
  headers: Record<string, string>
  /** Why it was refused, in the words of the protocol or of a person. */
  refusal?: Refusal
}
