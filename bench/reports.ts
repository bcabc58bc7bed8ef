// npm run bench -- reports [devices] [snapshot]: the engine alone, without sockets, on SQLite and on PostgreSQL where
// TEST_DATABASE_URL names one. Every report counted was durable before it was counted.
import { monitorEventLoopDelay } from 'node:perf_hooks'

import { JobCreate, type Job } from '#contract/manage/jobs.ts'
import { systemClock } from '#server/clock.ts'
import { engineStore } from '#server/db/engine-store.ts'
import type { Db } from '#server/db/open.ts'
import { createEngine, type Engine } from '#server/engine/index.ts'
import type { DeviceIdentity, DeviceSession } from '#server/ports.ts'

import { databases, openTestDatabase, type DatabaseName } from '../test/server/support/databases.ts'
import { addFirmware, addFleet, deviceId, deviceKey, ORG, PRODUCT } from '../test/server/support/rows.ts'
import { silentLog } from '../test/support/channel.ts'
import { machine } from './support/machine.ts'

const DEVICES = Number(process.argv[2] ?? 1_000)
const SNAPSHOT = Number(process.argv[3] ?? 100_000)
const SECONDS = 5
const OPERATOR = { kind: 'user', id: 'bench', name: 'bench', address: '' } as const

function engineOn(db: Db): Engine {
  return createEngine({
    store: engineStore(db),
    clock: systemClock(),
    log: { ...silentLog, error: (fields, message) => console.error(message, fields) },
    links: { make: () => 'https://ota.example/file', read: () => undefined },
    files: { exists: async () => true },
    door: { push: () => true, close: () => {}, sessions: () => 0 },
    live: { announce: () => {} },
  })
}

interface Took {
  seconds: number
  /** Of the processor, which a busy machine does not change. */
  cpuSeconds: number
  /** For how long nothing else had its turn. */
  stopMs: number
}

async function measured<T>(work: () => Promise<T>): Promise<Took & { result: T }> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const from = performance.now()
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - from) / 1_000
  delay.disable()
  return { result, seconds, cpuSeconds: (user + system) / 1e6, stopMs: delay.max / 1e6 }
}

const rate = (count: number, seconds: number) => Math.round(count / seconds).toLocaleString('en')
const say = (what: string, count: number, { seconds, cpuSeconds, stopMs }: Took) =>
  console.info(
    `  ${what.padEnd(46)} ${rate(count, seconds).padStart(7)}/s, ${rate(count, cpuSeconds).padStart(7)} per CPU second, longest stop ${stopMs.toFixed(0)} ms`,
  )

interface Bench {
  engine: Engine
  /** Every device with the session it is in. */
  fleet: readonly { device: DeviceIdentity; session: DeviceSession }[]
}

async function connect({ engine, fleet }: Bench): Promise<void> {
  const come = async ({ device, session }: Bench['fleet'][number]) => {
    await engine.intake.opened(device, session)
    await engine.intake.report(device, session, { kind: 'inform', version: '1.0' })
  }
  await Promise.all(fleet.map(come))
}

function create({ engine }: Bench, firmwareId: string, scope: object, start: boolean): Promise<Job> {
  const policy = { concurrency: 10_000, halt: null }
  const asked = JobCreate.parse({ type: 'upgrade', firmwareId, name: 'bench', scope, start, policy })
  return engine.jobs.create(ORG, asked, OPERATOR)
}

/** Each device says its progress again as soon as the last one was answered; an answer means durable. */
async function report({ engine, fleet }: Bench): Promise<number> {
  const end = performance.now() + SECONDS * 1_000
  let answered = 0
  const talk = async ({ device, session }: Bench['fleet'][number]) => {
    for (let step = 1; performance.now() < end; step = (step % 98) + 1) {
      await engine.intake.report(device, session, { kind: 'progress', step, text: 'measuring' })
      answered += 1
    }
  }
  await Promise.all(fleet.map(talk))
  return answered
}

async function measure(name: DatabaseName): Promise<void> {
  console.info(name)
  const database = await openTestDatabase(name)
  await addFleet(database.db, DEVICES + SNAPSHOT)
  const firmwareId = await addFirmware(database.db)
  const engine = engineOn(database.db)
  await engine.start()
  const fleet = Array.from({ length: DEVICES }, (_, i) => ({
    device: { deviceId: deviceId(i + 1), orgId: ORG, productKey: PRODUCT, deviceKey: deviceKey(i + 1) },
    session: { id: `session-${i}`, startedAt: Date.now() },
  }))
  const bench = { engine, fleet }

  say(`${DEVICES} devices connect and inform`, DEVICES, await measured(() => connect(bench)))
  const dispatch = await measured(async () => {
    await create(bench, firmwareId, { deviceKeys: fleet.map(({ device }) => device.deviceKey) }, true)
    await engine.idle()
  })
  say(`a job is made for ${DEVICES} devices and all are pushed`, DEVICES, dispatch)
  const reports = await measured(() => report(bench))
  say(`durable reports of ${DEVICES} devices at once`, reports.result, reports)
  const inform = ({ device, session }: Bench['fleet'][number]) =>
    engine.intake.report(device, session, { kind: 'inform', version: '2.0' })
  say('durable successes', DEVICES, await measured(() => Promise.all(fleet.map(inform))))
  const snapshot = await measured(() => create(bench, firmwareId, {}, false))
  const taken = snapshot.result.counts.init
  say(`a snapshot of ${taken} devices`, taken, snapshot)
  await engine.stop()
  await database.dispose()
}

console.info(machine())
for (const name of databases) await measure(name)
