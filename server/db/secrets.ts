import { randomBytes } from 'node:crypto'

/** Seals what must be readable again; what it is sealed for is named, so that no row opens another's. */
export interface SecretBox {
  seal(secret: string, about: string): string
  open(sealed: string, about: string): string
}

/** 128 bits in letters and digits: it is typed into devices and concatenated into signatures as it is. */
export const newSecret = (): string => randomBytes(16).toString('hex')
