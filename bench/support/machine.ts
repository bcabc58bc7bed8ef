import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cpus, platform, release, totalmem } from 'node:os'

const gigabytes = (bytes: number) => `${Math.round(bytes / 2 ** 30)} GB`

/** What a reader must know of the machine to compare figures. */
export function machine(): string {
  const [first] = cpus()
  return `${cpus().length} x ${first?.model.trim() ?? 'unknown CPU'}, ${gigabytes(totalmem())}, ${platform()} ${release()}, Node ${process.version}`
}

export const today = (): string => new Date().toISOString().slice(0, 10)

/** Resident memory of a process in megabytes. */
export function memoryMb(pid: number): number {
  const status = `/proc/${pid}/status`
  const kilobytes = existsSync(status)
    ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' }).trim()
  return Math.round(Number(kilobytes) / 1024)
}

/** Asks until the answer is yes. @throws after `seconds` */
export async function until(what: string, seconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + seconds * 1_000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited ${seconds} s in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
