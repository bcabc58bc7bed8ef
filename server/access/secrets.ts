import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { StartError } from '#server/ports.ts'

const Kept = z.object({ sessionSecret: z.string().min(32), dataKey: z.base64() })

export interface Secrets {
  sessionSecret: string
  /** 32 bytes. */
  dataKey: Buffer
}

/**
 * The secrets that were given, and for those that were not the ones that `dataDir` keeps, made at the first start.
 * The file is readable by its owner alone. Losing it makes every device secret unreadable.
 */
export async function keepSecrets(dataDir: string, { sessionSecret, dataKey }: GivenSecrets): Promise<Secrets> {
  if (sessionSecret !== undefined && dataKey !== undefined) return { sessionSecret, dataKey }
  const kept = await readOrMake(dataDir)
  return { sessionSecret: sessionSecret ?? kept.sessionSecret, dataKey: dataKey ?? Buffer.from(kept.dataKey, 'base64') }
}

interface GivenSecrets {
  sessionSecret: string | undefined
  dataKey: Buffer | undefined
}

async function readOrMake(dataDir: string): Promise<z.infer<typeof Kept>> {
  const path = join(dataDir, 'secrets.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return make(dataDir, path)
  const kept = Kept.safeParse(jsonOf(text))
  if (!kept.success)
    throw new StartError(`${path} is damaged. Restore it from a backup: without it no device secret can be read.`)
  return kept.data
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function make(dataDir: string, path: string): Promise<z.infer<typeof Kept>> {
  const made = { sessionSecret: randomBytes(32).toString('base64url'), dataKey: randomBytes(32).toString('base64') }
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(JSON.stringify(made))
    // a secret that does not survive a power cut would lock out what is sealed with it
    await file.sync()
  } finally {
    await file.close()
  }
  return made
}
