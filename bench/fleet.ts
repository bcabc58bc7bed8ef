// npm run bench -- fleet [devices]: a connected fleet against the built service, all on this machine.
import { setTimeout as pause } from 'node:timers/promises'

import { openLink, type Link } from '#device/sdk/index.ts'

import { OLD, openField, type Field } from '../test/support/field.ts'
import { isOnline, NEW, prepareRollout } from '../test/support/rollout.ts'
import { machine, memoryMb, today, until } from './support/machine.ts'

const DEVICES = Number(process.argv[2] ?? 1_000)
const REPORT_SECONDS = 10
const NEWER = '3.0.0'
const MEGABYTE = 1_048_576

/** Plain connections without the simulator's own work, so that the server is what is measured. */
async function connectAll({ devices, mqttUrl }: Field): Promise<Link[]> {
  const open = async ({ productKey, deviceKey, deviceSecret }: Field['devices'][number]) => {
    const link = await openLink({ url: mqttUrl, productKey, deviceKey, secret: deviceSecret })
    await link.inform(OLD)
    return link
  }
  const links: Link[] = []
  for (let from = 0; from < devices.length; from += 100)
    links.push(...(await Promise.all(devices.slice(from, from + 100).map(open))))
  return links
}

/** Each device says its progress again as soon as the last one was answered; an answer means durable. */
async function reportFor(links: readonly Link[], seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1_000
  let answered = 0
  const report = async (link: Link) => {
    for (let step = 1; performance.now() < end; step = (step % 98) + 1) {
      await link.progress(step, 'measuring')
      answered += 1
    }
  }
  await Promise.all(links.map(report))
  return answered / seconds
}

async function measureReports(field: Field): Promise<{ memory: number; perSecond: number }> {
  const links = await connectAll(field)
  const pushed = links.map((link) => new Promise<void>((resolve) => link.onUpgrade(() => resolve())))
  await pause(2_000)
  const memory = memoryMb(field.service().pid)
  const rollout = await prepareRollout(field, 1_024)
  await rollout.begin({ concurrency: 10_000 })
  await Promise.all(pushed)
  const perSecond = await reportFor(links, REPORT_SECONDS)
  await Promise.all(links.map((link) => link.inform(NEW)))
  await until('every device has ended', 60, async () => (await rollout.job()).state === 'completed')
  await Promise.all(links.map((link) => link.close()))
  return { memory, perSecond }
}

async function measureUpgrade(field: Field): Promise<{ seconds: number; memory: number }> {
  const fleet = await field.startFleet(NEW)
  await until('every device is online', 120, () => isOnline(fleet))
  const rollout = await prepareRollout(field, MEGABYTE, NEWER)
  const startedAt = performance.now()
  await rollout.begin()
  await until('every device is upgraded', 600, async () => (await rollout.job()).state === 'completed')
  const seconds = (performance.now() - startedAt) / 1_000
  const { counts } = await rollout.job()
  if (counts.succeeded !== DEVICES) throw new Error(`Only ${counts.succeeded} of ${DEVICES} were upgraded`)
  return { seconds, memory: memoryMb(field.service().pid) }
}

const field = await openField(DEVICES)
try {
  const readyMs = field.service().readyMs
  const reports = await measureReports(field)
  const upgrade = await measureUpgrade(field)
  console.info(machine())
  const cells = [
    today(),
    machine(),
    `npm run bench -- fleet ${DEVICES}`,
    `${DEVICES}`,
    `${reports.memory} MB idle, ${upgrade.memory} MB after`,
    `${Math.round(reports.perSecond)}`,
    `${upgrade.seconds.toFixed(1)} s`,
    `${(readyMs / 1_000).toFixed(2)} s`,
  ]
  console.info(`| ${cells.join(' | ')} |`)
} finally {
  await field.end()
}
