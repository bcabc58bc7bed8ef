import type { World } from '#mock-api/world.ts'

import { firmwareIds } from './firmware.ts'
import { METER } from './fleet.ts'
import { id } from './ids.ts'
import { jobIds } from './jobs.ts'
import { policyIds } from './policies.ts'
import { troubledOrgs } from './troubled.ts'

/** As long as a name may be, and nowhere to break it. */
const long = (word: string): string => `${word}_`.repeat(64).slice(0, 64)
const sentence = `${'Somebody wrote everything that could be said about this, and some of it twice. '.repeat(6)}${long('unbroken')}`

const N = 90_000
const orgId = troubledOrgs.long.orgId

/** Named in specs: one of each kind in `long-agency`. */
export const longIds = {
  product: long('productkey'),
  firmware: id.firmware(N),
  job: id.job(N),
  policy: id.policy(N),
  device: id.device(N),
} as const
export const longNames = {
  product: long('product'),
  firmware: long('firmware'),
  job: long('job'),
  policy: long('policy'),
  device: `${long('device').slice(0, 60)}_000`,
  /** The end of every description. */
  text: long('unbroken'),
} as const

const VERSION = long('1.5.0')

/** The things of a job with other names, as long as they may be: what fits for them fits for all. */
export function seedLong(
  world: Pick<World, 'products' | 'firmware' | 'policies' | 'jobs' | 'tasks' | 'devices' | 'log'>,
) {
  const tasks = world.tasks.filter(({ jobId }) => jobId === jobIds.started)
  const placeOf = new Map(tasks.map(({ deviceId }, place) => [deviceId, place]))
  const ofDevice = (deviceId: string) => {
    const place = placeOf.get(deviceId) ?? 0
    return { id: id.device(N + place), deviceKey: `${long('device').slice(0, 60)}_${String(place).padStart(3, '0')}` }
  }
  const productKey = longIds.product
  return {
    products: world.products
      .filter((row) => row.productKey === METER)
      .map((row) => ({ ...row, orgId, productKey, name: longNames.product, description: sentence })),
    firmware: world.firmware
      .filter((row) => row.id === firmwareIds.verified)
      .map((row) => ({
        ...row,
        id: longIds.firmware,
        orgId,
        productKey,
        name: longNames.firmware,
        version: VERSION,
        fileName: `${long('file')}.bin`,
        description: sentence,
        releaseNotes: sentence,
        tags: { [long('tag').slice(0, 50)]: sentence.slice(0, 200) },
      })),
    policies: world.policies
      .filter((row) => row.id === policyIds.careful)
      .map((row) => ({ ...row, id: longIds.policy, orgId, name: longNames.policy, description: sentence })),
    jobs: world.jobs
      .filter((row) => row.id === jobIds.started)
      .map((row) => ({
        ...row,
        id: longIds.job,
        orgId,
        productKey,
        firmwareId: longIds.firmware,
        policyId: longIds.policy,
        name: longNames.job,
      })),
    tasks: tasks.map((row) => {
      const { id: deviceId, deviceKey } = ofDevice(row.deviceId)
      return { ...row, jobId: longIds.job, deviceId, deviceKey, progressText: sentence.slice(0, 200) }
    }),
    devices: world.devices
      .filter((row) => placeOf.has(row.id))
      .map((row) => ({
        ...row,
        ...ofDevice(row.id),
        orgId,
        productKey,
        name: long('name'),
        currentVersion: long('1.4.0'),
        tags: { [long('tag').slice(0, 50)]: sentence.slice(0, 200) },
        attributes: { [long('model').slice(0, 50)]: sentence.slice(0, 200) },
      })),
    log: world.log
      .filter(({ jobId }) => jobId === jobIds.started)
      .map((row, n) => ({
        ...row,
        id: id.log(N + n),
        orgId,
        jobId: longIds.job,
        objectId: longIds.job,
        summary: `Job “${longNames.job}” did what it did. ${sentence}`,
      })),
  }
}
