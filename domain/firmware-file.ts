import type { Refusal } from './refusal.ts'
import { latin1Probe, utf8Probe, wideProbe, type Probe } from './text-probes.ts'

export type FileVerdict = { ok: true; sizeBytes: number } | ({ ok: false } & Refusal)

/** Takes a file piece by piece and says at the end whether it is firmware. Never holds the file. */
export interface FirmwareJudge {
  /** False as soon as the file is known to be too large, so that the reader may stop. */
  push(chunk: Uint8Array): boolean
  end(): FileVerdict
}

const MIB = 1_048_576
const grouped = new Intl.NumberFormat('en-SG')

/** "100 MB (104,857,600 bytes)": the limit as people say it and as it is measured. */
export const sizeLimitWords = (maxBytes: number): string =>
  maxBytes >= MIB && maxBytes % MIB === 0
    ? `${grouped.format(maxBytes / MIB)} MB (${grouped.format(maxBytes)} bytes)`
    : `${grouped.format(maxBytes)} bytes`

/** Every refusal of a file, once: portal, mock and server say the same sentence. */
export const fileRefusals = {
  empty: (): Refusal => ({ code: 'file_empty', title: 'This file is empty. A firmware file has at least one byte.' }),
  tooLarge: (maxBytes: number): Refusal => ({
    code: 'file_too_large',
    title: `This file is too large. A firmware file has at most ${sizeLimitWords(maxBytes)}.`,
  }),
  text: (): Refusal => ({
    code: 'file_not_binary',
    title: 'This is a text file, whatever its name says. A firmware file is binary.',
  }),
  intelHex: (): Refusal => ({
    code: 'file_not_binary',
    title:
      'This is an Intel HEX file, which is text. Convert it first: objcopy -I ihex -O binary firmware.hex firmware.bin',
  }),
  sRecord: (): Refusal => ({
    code: 'file_not_binary',
    title:
      'This is a Motorola S-record file, which is text. Convert it first: objcopy -I srec -O binary firmware.srec firmware.bin',
  }),
  digestDiffers: (digest: 'SHA-256' | 'MD5'): Refusal => ({
    code: 'digest_mismatch',
    title: `The ${digest} of the file that arrived is not the one that was announced. The file changed on its way: upload it again.`,
  }),
  otherProtocol: (): Refusal => ({
    code: 'upload_protocol',
    title: 'Uploads speak tus 1.0: the header Tus-Resumable is missing or names another version.',
  }),
  incomplete: (): Refusal => ({
    code: 'upload_incomplete',
    title: 'The upload was cut before the file was complete. Resume it or start it again.',
  }),
  unknownUpload: (): Refusal => ({
    code: 'upload_unknown',
    title: 'This upload does not exist or has expired. Upload the file again.',
  }),
  diskFull: (): Refusal => ({
    code: 'storage_full',
    title: 'The server has no room left for this file. Nothing was kept; tell GovTech, then upload it again.',
  }),
} as const

/** What the size alone tells, before a byte is read; null when it is within the limits. */
export function judgeSize(sizeBytes: number, maxBytes: number): Refusal | null {
  if (sizeBytes < 1) return fileRefusals.empty()
  return sizeBytes > maxBytes ? fileRefusals.tooLarge(maxBytes) : null
}

const HEAD_BYTES = 64
const INTEL_HEX = /^\s*:[0-9A-Fa-f]{10,}/
const S_RECORD = /^\s*S[0-9][0-9A-Fa-f]{8,}/

/** Intel HEX and S-record are known by their first record, so that the message can help. */
function textRefusal(head: Uint8Array): Refusal {
  const start = new TextDecoder('latin1').decode(head)
  if (INTEL_HEX.test(start)) return fileRefusals.intelHex()
  return S_RECORD.test(start) ? fileRefusals.sRecord() : fileRefusals.text()
}

/**
 * By content, never by name or type. Text is what one of the probes reads as text to its end; everything else
 * is binary. Source: "Is it binary?" in the domain. A typical binary is settled within its first kilobytes.
 * @param maxBytes largest firmware file of this deployment
 */
export function createFirmwareJudge(maxBytes: number): FirmwareJudge {
  let probes: Probe[] = [
    utf8Probe(),
    wideProbe(2, false),
    wideProbe(2, true),
    wideProbe(4, false),
    wideProbe(4, true),
    latin1Probe(),
  ]
  let sizeBytes = 0
  let head = new Uint8Array(0)
  return {
    push(chunk) {
      sizeBytes += chunk.length
      if (head.length < HEAD_BYTES) head = concat(head, chunk.subarray(0, HEAD_BYTES - head.length))
      probes = probes.filter((probe) => probe.push(chunk))
      return sizeBytes <= maxBytes
    },
    end() {
      const refusal = judgeSize(sizeBytes, maxBytes) ?? (probes.some((probe) => probe.end()) ? textRefusal(head) : null)
      return refusal ? { ok: false, ...refusal } : { ok: true, sizeBytes }
    },
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
