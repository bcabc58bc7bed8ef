import { machine, today } from './machine.ts'

interface FuzzResult {
  sent: number
  reports: number
  findings: string[]
}

/** Messages to one service. One service after the other, so that what leaks shows as memory that grows. */
const PIECE = 50_000

/** Sends messages as the command line says, and prints a row; the exit code tells of findings, with their seed. */
export async function soakFuzz(part: string, run: (seed: string, count: number) => Promise<FuzzResult>): Promise<void> {
  const messages = Number(process.argv[2] ?? 1_000_000)
  const seed = process.argv[3] ?? 'soak'
  const startedAt = performance.now()
  let [sent, reports] = [0, 0]
  for (let piece = 0; sent < messages; piece++) {
    const result = await run(`${seed}/${piece}`, Math.min(PIECE, messages - sent))
    sent += result.sent
    reports += result.reports
    if (result.findings.length > 0) {
      console.error(`Seed ${seed}/${piece}`, result.findings.slice(0, 20))
      process.exit(1)
    }
    console.info(`${sent} sent, ${reports} reports read, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`)
  }
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  const cells = [
    today(),
    machine(),
    `\`npm run soak -- ${part} ${messages}\``,
    `${sent}`,
    `${reports}`,
    `${seconds} s`,
    'none',
  ]
  console.info(`| ${cells.join(' | ')} |`)
}
