import { devices as deviceApi } from '#contract/manage/devices.ts'
import { jobs } from '#contract/manage/jobs.ts'
import { products } from '#contract/manage/products.ts'
import { movableSystemClock, type MovableClock } from '#server/clock.ts'

import { signIn } from '../../scripts/lib/client.mjs'
import { emailOf, ORG, OTHER_ORG, PASSWORD, startHarness, type Harness } from '../server/harness.ts'
import { makeThings } from '../server/manage-world.ts'
import { addFirmware, ask, binary, type DeviceKeys } from './manage.ts'
import { tagsIn } from './fuzz-tags.ts'

/*
 * The whole service with an upgrade under way: devices that will send whatever they like, and others of the same job, the
 * same product and another organisation, of which nothing may change.
 */

/** `dev1` to `dev20` send; `calm1` to `calm6` do not. */
export const SENDERS = 20
const CALM = 6
export const PRODUCT = 'pkAlpha1'

/** Time that runs so fast that no limit of a rate is met: the limits have tests of their own. */
function hurriedClock(): MovableClock {
  return { ...movableSystemClock(), monotonic: () => performance.now() * 10_000 }
}

export interface FuzzWorld {
  harness: Harness
  httpPort: number
  mqttPort: number
  /** In the order of their numbers. */
  senders: readonly DeviceKeys[]
  /** What the service logged as its own failure, and promises that nobody waited for. */
  failures: unknown[]
  /** Every row that no sender may change, as text, by what it is. */
  bystanders(): Promise<Record<string, string>>
  /** Marks of messages that stand in rows or in the log of a device: whose row it is, and the mark. */
  marks(): Promise<{ deviceKey: string; tag: string }[]>
  /** Reports that were read, over both ways in. */
  reports(): number
  close(): Promise<void>
}

export async function openFuzzWorld(): Promise<FuzzWorld> {
  const failures: unknown[] = []
  const note = (reason: unknown) => void failures.push(reason)
  process.on('unhandledRejection', note)
  const env = { LOG_LEVEL: 'error', ALLOW_WEAK_SIGN: '1' }
  const harness = await startHarness({
    env,
    clock: hurriedClock(),
    logTo: { write: (line) => void failures.push(line) },
  })
  const { httpPort, mqttPort } = await harness.service.start()
  const client = await signIn(`http://127.0.0.1:${httpPort}`, { email: emailOf('operator'), password: PASSWORD })
  const [params, body] = [{ org: ORG }, { name: 'Meter', productKey: PRODUCT, dynamicActivation: true }]
  await ask(client, products.create, { params, body })
  const add = (deviceKey: string) => ask(client, deviceApi.create, { params, body: { productKey: PRODUCT, deviceKey } })
  const named = (prefix: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => add(`${prefix}${index + 1}`)))
  const senders = await named('dev', SENDERS)
  const calm = await named('calm', CALM)

  // only devices that have said a version can be upgraded
  await Promise.all([...senders, ...calm].map((device) => comes(harness, device, false)))
  const firmware = await addFirmware(client, { org: ORG, productKey: PRODUCT }, '2.0.0', binary(5_000))
  const policy = { halt: null, concurrency: 10_000 }
  const job = { type: 'upgrade' as const, firmwareId: firmware.id, name: 'to 2.0.0', scope: {}, policy, start: true }
  await ask(client, jobs.create, { params, body: job })
  // some have taken it and are at work: what a foreign report could spoil
  await Promise.all(calm.slice(0, CALM / 2).map((device) => comes(harness, device, true)))
  await makeThings(harness, OTHER_ORG)
  await harness.service.engine.idle()

  const own = senders.map(({ id }) => id)
  const { read } = harness.db
  return {
    harness,
    httpPort,
    mqttPort,
    senders,
    failures,
    async bystanders() {
      const [devices, tasks, log, all] = await Promise.all([
        read.selectFrom('devices').selectAll().where('id', 'not in', own).orderBy('id').execute(),
        read.selectFrom('tasks').selectAll().where('device_id', 'not in', own).orderBy('device_id').execute(),
        read.selectFrom('log').selectAll().where('device_id', 'not in', own).orderBy('id').execute(),
        Promise.all(
          (['products', 'firmware', 'policies', 'members', 'orgs'] as const).map((table) =>
            read.selectFrom(table).selectAll().execute(),
          ),
        ),
      ])
      return Object.fromEntries(
        Object.entries({ devices, tasks, log, all }).map(([what, rows]) => [what, JSON.stringify(rows)]),
      )
    },
    async marks() {
      const keyOf = new Map(senders.map(({ id, deviceKey }) => [id, deviceKey]))
      const [devices, tasks, log] = await Promise.all([
        read.selectFrom('devices').selectAll().execute(),
        read.selectFrom('tasks').selectAll().execute(),
        read.selectFrom('log').selectAll().execute(),
      ])
      const rows = [
        ...devices.map((row) => ({ deviceId: row.id, row })),
        ...[...tasks, ...log].map((row) => ({ deviceId: row.device_id ?? '', row })),
      ]
      return rows.flatMap(({ deviceId, row }) =>
        tagsIn(JSON.stringify(row)).map((tag) => ({ deviceKey: keyOf.get(deviceId) ?? deviceId, tag })),
      )
    },
    reports() {
      const { channel, httpChannel } = harness.service
      const counts = Object.entries({ ...channel.counts(), ...prefixed(httpChannel.counts()) })
      return counts.reduce((sum, [name, count]) => sum + (/(?:^|\/)report_/.test(name) ? count : 0), 0)
    },
    async close() {
      await harness.close()
      process.off('unhandledRejection', note)
    },
  }
}

const prefixed = (counts: Record<string, number>) =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [`http/${name}`, count]))

/** A device that says its version and, where it is to, that it is at work on the upgrade; it stays then. */
async function comes({ service, db, clock }: Harness, { id, productKey, deviceKey }: DeviceKeys, isAtWork: boolean) {
  const { intake } = service.engine
  const row = await db.read.selectFrom('devices').select('org_id').where('id', '=', id).executeTakeFirstOrThrow()
  const device = { deviceId: id, orgId: row.org_id, productKey, deviceKey }
  const session = { id: `session of ${deviceKey}, ${isAtWork}`, startedAt: clock.now() }
  await intake.opened(device, session)
  await intake.report(device, session, { kind: 'inform', version: '1.0.0' })
  if (!isAtWork) return intake.closed(device, session)
  await service.engine.idle()
  await intake.report(device, session, { kind: 'progress', step: 30, text: 'downloading' })
}

/** What every run must show, whatever was sent; `rightful` says who sent a mark. Empty when all is well. */
export async function findingsOf(
  world: FuzzWorld,
  before: Record<string, string>,
  rightful: (tag: string) => string | undefined,
): Promise<string[]> {
  await world.harness.service.engine.idle()
  const after = await world.bystanders()
  const changed = Object.keys(before).filter((what) => before[what] !== after[what])
  const foreign = (await world.marks()).filter(({ deviceKey, tag }) => rightful(tag) !== deviceKey)
  return [
    ...changed.map((what) => `Rows of ${what} changed that are none of the senders'`),
    ...foreign.map(({ deviceKey, tag }) => `${tag} was counted for ${deviceKey}`),
    ...world.failures.map(
      (failure) => `The service failed: ${failure instanceof Error ? failure.stack : String(failure)}`,
    ),
  ]
}
