import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

import { parse, stringify } from 'uuid'

import type { DownloadGrant, DownloadLinks } from '#server/ports.ts'

const MAC_BYTES = 32
/** job and device (16 each), attempt (4), expiry (6). */
const GRANT_BYTES = 42

/**
 * Download links that are the right itself. The grant is packed and not JSON, because the push that carries
 * the link must stay below the 2.5 KB of the smallest device: a token has 99 characters.
 */
export function createDownloadLinks(publicUrl: string, sessionSecret: string): DownloadLinks {
  const key = Buffer.from(hkdfSync('sha256', sessionSecret, '', 'download links', MAC_BYTES))
  const mac = (firmwareId: string, grant: Buffer) => createHmac('sha256', key).update(firmwareId).update(grant).digest()
  return {
    make(grant) {
      const packed = pack(grant)
      const token = Buffer.concat([packed, mac(grant.firmwareId, packed)]).toString('base64url')
      return `${publicUrl}/files/${grant.firmwareId}/${token}`
    },
    read(firmwareId, token) {
      const bytes = Buffer.from(token, 'base64url')
      // base64url has several texts for the same bytes; only the one that was made here is a link
      if (bytes.length !== GRANT_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return undefined
      const packed = bytes.subarray(0, GRANT_BYTES)
      if (!timingSafeEqual(mac(firmwareId, packed), bytes.subarray(GRANT_BYTES))) return undefined
      return unpack(firmwareId, packed)
    },
  }
}

function pack({ jobId, deviceId, attempt, expiresAt }: DownloadGrant): Buffer {
  const packed = Buffer.alloc(GRANT_BYTES)
  packed.set(parse(jobId), 0)
  packed.set(parse(deviceId), 16)
  packed.writeUInt32BE(attempt, 32)
  packed.writeUIntBE(Math.floor(expiresAt), 36, 6)
  return packed
}

const unpack = (firmwareId: string, packed: Buffer): DownloadGrant => ({
  firmwareId,
  jobId: stringify(packed.subarray(0, 16)),
  deviceId: stringify(packed.subarray(16, 32)),
  attempt: packed.readUInt32BE(32),
  expiresAt: packed.readUIntBE(36, 6),
})
