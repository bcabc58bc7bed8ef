import { readFile, writeFile } from 'node:fs/promises'

import { z } from 'zod'

import type { DeviceRecord } from './device.ts'

const Records = z.array(
  z.object({
    productKey: z.string().min(1),
    deviceKey: z.string().min(1),
    deviceSecret: z.string().min(1),
    version: z.string().min(1).default('1.0.0'),
  }),
)

function parseCsv(text: string): unknown[] {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const names = header.split(',').map((name) => name.trim())
  return lines.map((line) => {
    const values = line.split(',').map((value) => value.trim())
    return Object.fromEntries(names.map((name, index) => [name, values[index] || undefined]))
  })
}

/**
 * Reads devices from JSON, or from CSV with the columns productKey, deviceKey, deviceSecret and, if wanted, version.
 * @throws Error in plain words, naming the first device that is wrong
 */
export function parseDevices(text: string): DeviceRecord[] {
  const rows: unknown = text.trimStart().startsWith('[') ? JSON.parse(text) : parseCsv(text)
  const records = Records.safeParse(rows)
  if (records.success) return records.data
  const issue = records.error.issues[0]
  throw new Error(`Device ${Number(issue?.path[0] ?? 0) + 1}: ${String(issue?.path[1] ?? '')} is missing or empty`)
}

export const readDevices = async (path: string): Promise<DeviceRecord[]> => parseDevices(await readFile(path, 'utf8'))

/** Secrets are in it, so it is readable by its owner alone. */
export const writeDevices = (path: string, devices: readonly DeviceRecord[]): Promise<void> =>
  writeFile(path, `${JSON.stringify(devices, undefined, 2)}\n`, { mode: 0o600 })
