import { z } from 'zod'

import { Code, type Reading, refused } from './codes.ts'
import { formatAnswer, formatRequest, readAnswer, readRequest } from './envelope.ts'
import type { DeviceKeys } from './topics.ts'

/*
 * The messages of OTA, section 3 of the protocol. Reading happens after json.ts, so numbers are text in here.
 */

const INT32_MAX = 2_147_483_647
const VERSION_MAX_CHARACTERS = 64
const TEXT_MAX_CHARACTERS = 512

/** What a device says. `step` 0..100 is percent, -1..-5 a failure code. */
export type OtaReport =
  | { kind: 'inform'; version: string }
  | { kind: 'progress'; step: number; text: string }
  | { kind: 'upgradeReply'; commandId: string; code: number; message: string }
  | { kind: 'getversion' }

/** All five fields, always: the Java SDK casts each of them. */
export const OfferedFirmware = z.object({
  version: z.string(),
  signMethod: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['md5', 'sha256'])),
  sign: z.string().toLowerCase(),
  fileUrl: z.string(),
  fileSize: z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.int().min(0).max(INT32_MAX)),
})
export type OfferedFirmware = z.infer<typeof OfferedFirmware>

/** Text as it can be stored and shown anywhere: no control characters, no half characters, at most `max` long. */
const clean = (text: string, max: number): string =>
  text
    .slice(0, max)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\p{Surrogate}/gu, '\ufffd')

const Inform = z.object({
  version: z
    .string()
    .transform((version) => clean(version.trim(), VERSION_MAX_CHARACTERS))
    .pipe(z.string().min(1)),
})
const Progress = z.object({ step: z.string(), desc: z.unknown().optional() })
const DECIMAL = /^-?\d{1,9}(\.\d{1,9})?$/

/** Whole percent or code; below the codes that are known is an undefined failure, above 100 is nothing. */
function parseStep(text: string): number | undefined {
  if (!DECIMAL.test(text.trim())) return undefined
  const step = Math.trunc(Number(text))
  if (step > 100) return undefined
  return step < -5 ? -1 : step + 0
}

type Reader = (payload: Uint8Array, maxBytes: number) => Reading<OtaReport>

const readInform: Reader = (payload, maxBytes) => {
  const request = readRequest(payload, maxBytes)
  if (!request.ok) return request
  const params = Inform.safeParse(request.value)
  if (!params.success) return refused(Code.badParameter, 'The version is missing', request.id)
  return { ok: true, id: request.id, value: { kind: 'inform', version: params.data.version } }
}

const readProgress: Reader = (payload, maxBytes) => {
  const request = readRequest(payload, maxBytes)
  if (!request.ok) return request
  const params = Progress.safeParse(request.value)
  const step = params.success ? parseStep(params.data.step) : undefined
  if (!params.success || step === undefined) return refused(Code.badParameter, 'The step is not -5 to 100', request.id)
  const { desc } = params.data
  const text = typeof desc === 'string' ? clean(desc, TEXT_MAX_CHARACTERS) : ''
  return { ok: true, id: request.id, value: { kind: 'progress', step, text } }
}

const readGetversion: Reader = (payload, maxBytes) => {
  const request = readRequest(payload, maxBytes)
  return request.ok ? { ok: true, id: request.id, value: { kind: 'getversion' } } : request
}

const readUpgradeReply: Reader = (payload, maxBytes) => {
  const answer = readAnswer(payload, maxBytes)
  if (!answer.ok) return answer
  const { code, message } = answer.value
  const value: OtaReport = {
    kind: 'upgradeReply',
    commandId: answer.id,
    code,
    message: clean(message, TEXT_MAX_CHARACTERS),
  }
  return { ok: true, id: answer.id, value }
}

const readers: ReadonlyMap<string, Reader> = new Map([
  ['ota/device/inform', readInform],
  ['ota/device/progress', readProgress],
  ['ota/device/getversion', readGetversion],
  ['ota/device/upgrade_reply', readUpgradeReply],
])

/**
 * Reads what a device sent to `path` (the part of the topic after its keys). Routed by topic alone: `method` differs by SDK.
 * @param maxBytes largest payload that is looked at
 */
export function readReport(path: string, payload: Uint8Array, maxBytes: number): Reading<OtaReport> {
  const read = readers.get(path)
  if (read) return read(payload, maxBytes)
  const request = readRequest(payload, maxBytes)
  return refused(Code.unknownTopic, 'This service does not take messages on this topic', request.id)
}

/** The answer to a report; `getversion` gets a list, because the Java SDK casts to one. */
export const formatReportAnswer = (
  id: string,
  kind: OtaReport['kind'],
  answer: { code: number; message: string; offer?: OfferedFirmware | undefined },
): string =>
  formatAnswer(id, answer.code, answer.message, kind === 'getversion' ? (answer.offer ? [answer.offer] : []) : {})

/** `id` has to be a string that no client's counter reaches: the Node.js SDK dispatches by id before topic. */
export const formatUpgrade = (id: string, firmware: OfferedFirmware): string =>
  formatRequest(id, 'ota.device.upgrade', firmware)

/** Reads an upgrade command, for a device. */
export function readUpgrade(payload: Uint8Array, maxBytes: number): Reading<OfferedFirmware> {
  const request = readRequest(payload, maxBytes)
  if (!request.ok) return request
  const firmware = OfferedFirmware.safeParse(request.value)
  if (!firmware.success) return refused(Code.badParameter, 'The upgrade lacks one of its five fields', request.id)
  return { ok: true, id: request.id, value: firmware.data }
}

/** Reads the one firmware that `getversion` was answered with; undefined when nothing is offered. */
export function readOffer(data: unknown): OfferedFirmware | undefined {
  const list = z.array(OfferedFirmware).safeParse(data)
  return list.success ? list.data[0] : undefined
}

const Activation = z.object({ params: z.object({ deviceSecret: z.string().min(1) }) })

/** Tells a device its own secret. */
export const formatActivation = (id: string, assetId: string, keys: DeviceKeys, deviceSecret: string): string =>
  formatRequest(id, 'thing.activate.info', {
    assetId,
    productKey: keys.productKey,
    deviceKey: keys.deviceKey,
    deviceSecret,
  })

/** The secret in an activation message, or undefined. */
export function readActivation(payload: Uint8Array): string | undefined {
  try {
    return Activation.parse(JSON.parse(Buffer.from(payload).toString('utf8'))).params.deviceSecret
  } catch {
    return undefined
  }
}
