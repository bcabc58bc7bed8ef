import type { Readable } from 'node:stream'

import type { Problem } from '#contract/endpoint.ts'
import type { LiveEvent } from '#contract/manage/live.ts'

/*
 * What the rooms of the server need of each other, as types. Engine, channel, routes and adapters share
 * this file and nothing else; `app.ts` is the only place that puts the pieces together.
 */

/**
 * A refusal on its way to whoever asked: any room may throw it, `http/` answers it. The one thing here that is
 * no type, because an error has to be recognised by its class.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Omit<Problem, 'requestId'>
  /** Seconds after which it is worth asking again, where that is known. */
  readonly retryAfterSeconds: number | undefined
  constructor(problem: Omit<Problem, 'requestId'>, retryAfterSeconds?: number) {
    super(problem.title)
    this.problem = problem
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The only source of time. `main.ts` gives the real one, tests give one that they move. */
export interface Clock {
  /** Wall clock, epoch milliseconds. */
  now(): number
  /** Milliseconds that only grow, for judging whether the wall clock jumped. */
  monotonic(): number
  /** Runs `task` once when the wall clock reaches `at`; the answer cancels it. */
  at(at: number, task: () => void): () => void
  /**
   * Runs `task` whenever the wall clock has jumped by more than a minute, or the machine slept; within half a minute.
   * Whoever waits for a time has to look anew: what was a minute away may be a day away now. The answer ends it.
   */
  onJump(task: (byMs: number) => void): () => void
}

/** Structured logging; pino has this shape. Never given a secret. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Who acts, for the log. */
export interface Actor {
  kind: 'user' | 'token' | 'device' | 'system'
  id: string
  name: string
  address: string
}

export interface DeviceIdentity {
  deviceId: string
  orgId: string
  productKey: string
  deviceKey: string
}

/** What the channel must know to let a device in. Secrets are in the clear here and nowhere else. */
export interface DeviceCredentials extends DeviceIdentity {
  deviceSecret: string
  secretGeneration: number
  productSecret: string
  enabled: boolean
  activated: boolean
  dynamicActivation: boolean
  tlsRequired: boolean
}

export interface DeviceDirectory {
  /** Undefined when product or device does not exist. */
  credentials(productKey: string, deviceKey: string): Promise<DeviceCredentials | undefined>
  /** Marks dynamic activation as used; false when it already was, so that one activation happens. */
  activate(deviceId: string, by: Activation): Promise<boolean>
}

/** How a device came to be activated, for the log. */
export interface Activation {
  address: string
  /** It was told its secret; else it came with it. */
  isTold: boolean
}

/** One life of a connection (MQTT), of a session (HTTP) or of a login behind a gateway. */
export interface DeviceSession {
  id: string
  /** Epoch milliseconds. */
  startedAt: number
  /** When it went on after it had lapsed, or in another process than before; epoch milliseconds. */
  resumedAt?: number | undefined
}

export type DeviceReport =
  | { kind: 'inform'; version: string }
  /** `step` 0..100 is percent, -1..-5 a failure code of the protocol. */
  | { kind: 'progress'; step: number; text: string }
  | { kind: 'upgradeReply'; commandId: string; code: number; message: string }
  | { kind: 'getversion' }

/** The firmware object of the protocol, section 3.2: all five fields, always. */
export interface FirmwareOffer {
  version: string
  signMethod: 'sha256' | 'md5'
  /** Lower-case hex. */
  sign: string
  fileUrl: string
  fileSize: number
}

/** `code` 200 means durable. `offer` only for getversion. */
export interface ReportReply {
  code: number
  message: string
  offer?: FirmwareOffer
}

/** What the engine offers to the channel. */
export interface DeviceIntake {
  /** The device is online; resolves once that is durable. A newer session takes over from an older one. */
  opened(device: DeviceIdentity, session: DeviceSession): Promise<void>
  /** Ignored when a newer session has taken over. */
  closed(device: DeviceIdentity, session: DeviceSession): Promise<void>
  /** Resolves after commit. Never rejects for what a device said; rejects when nothing could be kept. */
  report(device: DeviceIdentity, session: DeviceSession, report: DeviceReport): Promise<ReportReply>
}

export interface UpgradeCommand {
  /** A string that no client counter reaches (protocol, section 0.7). */
  id: string
  offer: FirmwareOffer
}

/** What the channel offers to the engine and the routes. */
export interface DeviceDoor {
  /** Hands the command to the device's own connection; false when it has none here. */
  push(device: DeviceIdentity, command: UpgradeCommand): boolean
  /** Ends every session of the device (disabled, deleted, secret reset). */
  close(deviceId: string, why: string): void
  /** Number of sessions that are open now. */
  sessions(): number
}

/** What a download link says; it is the right itself. */
export interface DownloadGrant {
  firmwareId: string
  jobId: string
  deviceId: string
  attempt: number
  /** Epoch milliseconds. */
  expiresAt: number
}

export interface DownloadLinks {
  /** Absolute URL under PUBLIC_URL, without identity of its own. */
  make(grant: DownloadGrant): string
  /** Undefined when the token was not made here or was changed; expiry is the caller's to judge. */
  read(firmwareId: string, token: string): DownloadGrant | undefined
}

/** Why a download is refused, or the file that is granted. */
export type DownloadDecision =
  | { ok: true; sizeBytes: number; sha256: string; fileName: string; productKey: string; deviceKey: string }
  | { ok: false; reason: 'forged' | 'expired' | 'taskClosed' | 'deleted' }

/** Decides whether a grant still holds: the task is open, in this attempt, and the file is there. */
export interface Downloads {
  decide(grant: DownloadGrant | undefined): Promise<DownloadDecision>
}

/** A device that showed who it is asked for a file that it may not have. */
export interface RefusedDownload {
  device: DeviceIdentity
  address: string
  /** What it was told. */
  why: string
}

/** Firmware bytes, by the id of the firmware. */
export interface FileStore {
  /**
   * Gives a finished upload's file a second name here, made of the id and never of a name that someone chose; the first
   * is the upload's until there is a firmware.
   * @returns false when the upload's file is gone: it expired meanwhile
   */
  adopt(firmwareId: string, uploadPath: string): Promise<boolean>
  exists(firmwareId: string): Promise<boolean>
  /** Bytes from `start` to `end`, both inclusive. */
  read(firmwareId: string, range?: { start: number; end: number }): Readable
  remove(firmwareId: string): Promise<void>
}

/** Why the service cannot start or go on, in words for whoever runs it: shown without a stack. */
export class StartError extends Error {
  override readonly name: string = 'StartError'
}

/** What changed, announced after the commit; the hub turns it into events for whoever watches. */
export type Change =
  | { kind: 'job'; orgId: string; jobId: string }
  | { kind: 'task'; orgId: string; jobId: string; deviceId: string }
  | { kind: 'device'; orgId: string; deviceId: string }

export interface LiveFilter {
  orgId: string
  /** Jobs whose devices are looked at. */
  watched: readonly string[]
  jobs: boolean
  devices: boolean
}

export interface LiveSubscriber {
  /** @param id up to which everything has been told: several events may have one, and it never goes back */
  send(event: LiveEvent, id: string): void
}

export interface LiveHub {
  announce(changes: readonly Change[]): void
  /** Replays what came after `lastEventId`, or sends `reset`; the answer ends the subscription. */
  subscribe(filter: LiveFilter, lastEventId: string | undefined, subscriber: LiveSubscriber): () => void
}

/** Where a page begins, already parsed: `key` is what the order is by, its tie-breaker last. */
export type Position = { at: 'first' | 'last' } | { at: 'after' | 'before'; key: readonly (string | number)[] }

export interface PageAsk {
  position: Position
  limit: number
  order: 'asc' | 'desc'
}

/** Rows in the order asked for, and whether there are more on either side. */
export interface Page<T> {
  items: T[]
  hasPrev: boolean
  hasNext: boolean
  total: number | null
}
