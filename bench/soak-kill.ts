// npm run soak -- kill [devices] [runs]: SIGKILL at a random moment of a rollout, again and again, at full size.
import { createRandom } from '#device/simulator/random.ts'

import { OLD, openField } from '../test/support/field.ts'
import { isOnline, NEW, prepareRollout } from '../test/support/rollout.ts'
import { machine, today, until } from './support/machine.ts'

const DEVICES = Number(process.argv[2] ?? 1_000)
const RUNS = Number(process.argv[3] ?? 10)
/** What one device does in an upgrade without accident: takes it, restarts, informs. */
const EVENTS_EACH = 3
const FIRMWARE_BYTES = 200_000

/** One rollout with one kill; the answer says what is wrong, and is empty when nothing is. */
async function runOnce(run: number): Promise<string[]> {
  const moment = Math.floor(DEVICES * EVENTS_EACH * (0.02 + 0.9 * createRandom(`soak ${run}`)()))
  let events = 0
  const field = await openField(DEVICES)
  try {
    const fleet = await field.startFleet(OLD, { onEvent: () => events++ })
    await until('every device is online', 180, () => isOnline(fleet))
    const rollout = await prepareRollout(field, FIRMWARE_BYTES)
    const before = events
    await rollout.begin()
    await until('the moment of the kill', 300, () => events - before >= moment)
    const atKill = await rollout.job()
    await field.killAndRestart()
    await until('the job completes', 900, async () => (await rollout.job()).state === 'completed')
    const { counts } = await rollout.job()
    const upgrades = await rollout.upgrades()
    console.info(`run ${run}: killed with ${atKill.counts.succeeded} succeeded, ended with ${counts.succeeded}`)
    return [
      ...(counts.succeeded === DEVICES ? [] : [`run ${run}: counts ${JSON.stringify(counts)}`]),
      ...upgrades.flatMap((times, index) =>
        times === 1 ? [] : [`run ${run}: device ${index} upgraded ${times} times`],
      ),
      ...fleet.devices.flatMap((device) =>
        device.version() === NEW ? [] : [`run ${run}: ${device.deviceKey} is not on ${NEW}`],
      ),
    ]
  } finally {
    await field.end()
  }
}

const findings: string[] = []
for (let run = 1; run <= RUNS; run++) findings.push(...(await runOnce(run)))
for (const finding of findings) console.error(finding)
const cells = [today(), machine(), `npm run soak -- kill ${DEVICES} ${RUNS}`, `${RUNS}`, `${DEVICES}`]
console.info(
  `| ${cells.join(' | ')} | ${findings.length === 0 ? 'yes | 0' : `no: ${findings.length} findings | see above`} |`,
)
process.exitCode = findings.length === 0 ? 0 : 1
