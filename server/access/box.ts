import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Keeps what must be readable again, device and product secrets, encrypted in the database. */
export interface Box {
  /** @param about what the secret belongs to; a row that was copied onto another opens no more */
  seal(secret: string, about: string): string
  /** @throws when the text was changed, belongs to something else or was sealed under another key */
  open(sealed: string, about: string): string
}

const IV_BYTES = 12
const TAG_BYTES = 16
/** Says how a text was sealed, so that a later way can stand beside it. */
const FORMAT = 'a1.'

/** AES-256-GCM. @param key 32 bytes (`DATA_KEY`) */
export function createBox(key: Buffer): Box {
  return {
    seal(secret, about) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(about))
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return FORMAT + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
    },
    open(sealed, about) {
      if (!sealed.startsWith(FORMAT)) throw new Error('A secret in the database has an unknown format')
      const bytes = Buffer.from(sealed.slice(FORMAT.length), 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}
