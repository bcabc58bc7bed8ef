// A broker in a process of its own, so that the load does not share its loop: `bare` aedes, our `channel` alone, or the
// channel before the engine and a database (`service`), where an acknowledgement means that the report is on disk.
import { createServer, type AddressInfo } from 'node:net'

import { Aedes } from 'aedes'

import { JobCreate } from '#contract/manage/jobs.ts'
import { createChannel } from '#server/channel/index.ts'
import { systemClock } from '#server/clock.ts'
import { engineStore } from '#server/db/engine-store.ts'
import { createEngine, type Engine } from '#server/engine/index.ts'
import type { DeviceCredentials, DeviceIntake } from '#server/ports.ts'

import { openTestDatabase } from '../../test/server/support/databases.ts'
import { addFirmware, addFleet, deviceId, ORG } from '../../test/server/support/rows.ts'
import { createMemoryDirectory, createMemoryTopology, deviceOf, silentLog } from '../../test/support/channel.ts'

/** What the bench asks of its child. */
interface Broker {
  port: number
  /** An upgrade of every device, so that their progress is about something. */
  begin(): Promise<void>
  end(): Promise<void>
}

const nothing = async () => undefined

async function bare(): Promise<Broker> {
  const aedes = await Aedes.createBroker()
  const server = createServer((socket) => void aedes.handle(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, begin: nothing, end: nothing }
}

function open(known: DeviceCredentials[], intake: () => DeviceIntake) {
  return createChannel({
    clock: systemClock(),
    log: silentLog,
    directory: createMemoryDirectory(known),
    topology: createMemoryTopology(known),
    intake,
    config: {
      host: '127.0.0.1',
      mqttPort: 0,
      allowWeakSign: false,
      packets: { perSecond: 1e9, burst: 1e9 },
      strangersPerAddress: 1e9,
    },
  })
}

const fleetOf = (count: number) =>
  Array.from({ length: count }, (_, index) => deviceOf(`bench-${index}`, { deviceId: deviceId(index + 1), orgId: ORG }))

/** The intake keeps nothing: what is measured is the channel itself. */
async function channel(devices: number): Promise<Broker> {
  const done = Promise.resolve()
  const answer = Promise.resolve({ code: 200, message: 'ok' })
  const opened = open(fleetOf(devices), () => ({ opened: () => done, closed: () => done, report: () => answer }))
  return { port: (await opened.listen()).mqttPort, begin: nothing, end: nothing }
}

async function service(devices: number): Promise<Broker> {
  const { db, dispose } = await openTestDatabase('sqlite')
  await addFleet(db, devices)
  const firmwareId = await addFirmware(db)
  const opened = open(fleetOf(devices), () => engine.intake)
  const engine: Engine = createEngine({
    store: engineStore(db),
    clock: systemClock(),
    log: { ...silentLog, error: (fields, message) => console.error(message, fields) },
    links: { make: () => 'https://ota.example/file', read: () => undefined },
    files: { exists: async () => true },
    door: opened.door,
    live: { announce: () => {} },
  })
  await engine.start()
  return {
    port: (await opened.listen()).mqttPort,
    async begin() {
      const policy = { concurrency: 10_000, halt: null }
      const job = JobCreate.parse({ type: 'upgrade', firmwareId, name: 'bench', scope: {}, start: true, policy })
      await engine.jobs.create(ORG, job, { kind: 'user', id: 'bench', name: 'bench', address: '' })
      await engine.idle()
    },
    async end() {
      await opened.close()
      await engine.stop()
      await dispose()
    },
  }
}

const [kind = 'bare', devices = '0'] = process.argv.slice(2)
const kinds: Readonly<Record<string, (count: number) => Promise<Broker>>> = { bare, channel, service }
const broker = await (kinds[kind] ?? bare)(Number(devices))
const acts: Readonly<Record<string, () => unknown>> = {
  use() {
    globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    const { heapUsed, rss } = process.memoryUsage()
    return { heap: heapUsed, rss, cpuMicroseconds: user + system }
  },
  begin: async () => (await broker.begin(), 'begun'),
  end: async () => (await broker.end(), 'ended'),
}
process.on('message', async (asked) => process.send?.(await acts[String(asked)]?.()))
process.on('disconnect', () => process.exit())
process.send?.({ port: broker.port })
