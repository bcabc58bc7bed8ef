import { closeSync, ftruncateSync, openSync } from 'node:fs'

import type { Page } from 'playwright/test'

import { seedBytes } from '#mock-api/seed/firmware.ts'

interface ChosenFile {
  name: string
  mimeType: string
  buffer: Buffer
}

const file = (name: string, bytes: Uint8Array): ChosenFile => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(bytes),
})

/** A file that is surely binary; another `n` has other digests. */
export const binaryFile = (name: string, n: number, sizeBytes = 300_000): ChosenFile =>
  file(name, seedBytes(n, sizeBytes))

export const textFile = (name: string, text: string): ChosenFile => file(name, new TextEncoder().encode(text))

export const emptyFile = (name: string): ChosenFile => file(name, new Uint8Array())

/** A file on disk of exactly this size that takes no room there, for sizes that no buffer may have. */
export function sparseFile(path: string, sizeBytes: number): string {
  const handle = openSync(path, 'w')
  ftruncateSync(handle, sizeBytes)
  closeSync(handle)
  return path
}

/** Gives the upload page a file as the chooser does. */
export const chooseFile = (page: Page, chosen: ChosenFile | string): Promise<void> =>
  page.getByLabel('Firmware file').setInputFiles(chosen)
