// tsx bench/soak-fuzz.ts [messages] [seed]: the fuzz of the device channel in full size.
import { runMqttFuzz } from '../test/support/mqtt-fuzz.ts'
import { machine, today } from './support/machine.ts'

const MESSAGES = Number(process.argv[2] ?? 1_000_000)
const SEED = process.argv[3] ?? 'soak'
/** One channel after the other, so that what leaks shows as memory that grows. */
const PIECE = 50_000

let [sent, reports, connections] = [0, 0, 0]
const startedAt = performance.now()
for (let piece = 0; sent < MESSAGES; piece++) {
  const result = await runMqttFuzz(`${SEED}/${piece}`, Math.min(PIECE, MESSAGES - sent))
  sent += result.sent
  reports += result.reports
  connections += result.connections
  const { misattributed, failures, neighbourIsServed } = result
  if (misattributed.length > 0 || failures.length > 0 || !neighbourIsServed) {
    console.error(`Seed ${SEED}/${piece}`, { misattributed, failures, neighbourIsServed })
    process.exit(1)
  }
  const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20)
  console.info(`${sent} sent, ${reports} reports taken, ${connections} connections, ${megabytes} MB`)
}
const seconds = Math.round((performance.now() - startedAt) / 1_000)
console.info(
  `| ${today()} | ${machine()} | tsx bench/soak-fuzz.ts ${MESSAGES} | ${seconds} s, nothing counted for another, no failure |`,
)
