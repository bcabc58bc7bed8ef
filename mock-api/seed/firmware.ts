import { iso } from '#mock-api/clock.ts'
import type { FirmwareRow } from '#mock-api/world.ts'

import { DIGESTS } from './digests.ts'
import { GAUGE, LIFT, METER } from './fleet.ts'
import { productKeys } from './fleets.ts'
import { id } from './ids.ts'
import { orgs, people } from './people.ts'

const DAY = 24 * 3_600_000

/** Bytes that no probe reads as text, the same on every machine. */
export function seedBytes(n: number, sizeBytes = 4_096): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes)
  let state = n * 2_654_435_761
  for (let at = 0; at < sizeBytes; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}

interface Plan {
  n: number
  name: string
  version: string
  productKey: string
  required?: boolean
  deleted?: boolean
  daysOld: number
  sizeBytes?: number
  org?: 'hdb' | 'nea' | 'pub'
  releaseNotes?: string
}

/** Named in specs; their verification state follows from the seeded verification jobs. */
export const firmwareIds = {
  verified: id.firmware(1),
  notVerified: id.firmware(2),
  verificationFailed: id.firmware(3),
  verifying: id.firmware(4),
  notRequired: id.firmware(5),
  deleted: id.firmware(6),
  ofNeighbour: id.firmware(7),
  light21: id.firmware(8),
  light22: id.firmware(9),
  light23: id.firmware(10),
  pump17: id.firmware(11),
  pump19: id.firmware(12),
  solar24: id.firmware(13),
  solar30: id.firmware(14),
  rain42: id.firmware(15),
  bin13: id.firmware(16),
  air20: id.firmware(17),
  water70: id.firmware(18),
  leak11: id.firmware(19),
} as const

const { light, pump, solar, rain, bin, air, water, leak } = productKeys

const PLANS: readonly Plan[] = [
  { n: 1, name: 'meter-fw-1.5', version: '1.5.0', productKey: METER, daysOld: 20 },
  { n: 2, name: 'meter-fw-1.6', version: '1.6.0', productKey: METER, daysOld: 3 },
  { n: 3, name: 'meter-fw-1.6-rc', version: '1.6.0-rc.1', productKey: METER, daysOld: 6 },
  { n: 4, name: 'meter-fw-2', version: '2.0.0', productKey: METER, daysOld: 1 },
  { n: 5, name: 'lift-calibration', version: '2.1.0', productKey: LIFT, required: false, daysOld: 8 },
  { n: 6, name: 'meter-fw-1.3', version: '1.3.0', productKey: METER, deleted: true, daysOld: 70 },
  { n: 7, name: 'gauge-fw-1', version: '1.0.0', productKey: GAUGE, daysOld: 5, org: 'nea' },
  { n: 8, name: 'light-fw-2.1', version: '2.1.0', productKey: light, daysOld: 62, sizeBytes: 1_482_240 },
  {
    n: 9,
    name: 'light-fw-2.2',
    version: '2.2.0',
    productKey: light,
    daysOld: 9,
    sizeBytes: 1_494_528,
    releaseNotes: 'Dims in steps of 5 %.\nNo longer flickers when the corridor’s sensor is dirty.',
  },
  { n: 10, name: 'light-fw-2.3-rc', version: '2.3.0-rc.1', productKey: light, daysOld: 1, sizeBytes: 1_501_184 },
  { n: 11, name: 'pump-fw-1.7', version: '1.7.0', productKey: pump, daysOld: 90, sizeBytes: 655_360 },
  { n: 12, name: 'pump-fw-1.9', version: '1.9.0', productKey: pump, daysOld: 6, sizeBytes: 671_744 },
  { n: 13, name: 'solar-fw-2.4', version: '2.4.0', productKey: solar, daysOld: 75, sizeBytes: 3_145_728 },
  {
    n: 14,
    name: 'solar-fw-3.0',
    version: '3.0.0',
    productKey: solar,
    daysOld: 12,
    sizeBytes: 3_276_800,
    releaseNotes: 'Meets the grid code of 2026.\nNeeds 4 MB of free flash.',
  },
  { n: 15, name: 'rain-fw-4.2', version: '4.2.0', productKey: rain, daysOld: 15, sizeBytes: 262_144, org: 'nea' },
  { n: 16, name: 'bin-fw-1.3', version: '1.3.0', productKey: bin, daysOld: 7, sizeBytes: 98_304, org: 'nea' },
  { n: 17, name: 'air-fw-2.0', version: '2.0.0', productKey: air, daysOld: 4, sizeBytes: 2_097_152, org: 'nea' },
  { n: 18, name: 'water-fw-7.0', version: '7.0.0', productKey: water, daysOld: 18, sizeBytes: 196_608, org: 'pub' },
  { n: 19, name: 'leak-fw-1.1', version: '1.1.0', productKey: leak, daysOld: 33, sizeBytes: 524_288, org: 'pub' },
]

const PEOPLE = { hdb: people.operator, nea: people.neighbour, pub: people.water } as const

const SMALL_BYTES = 4_096

function firmware(plan: Plan, now: number): FirmwareRow {
  const { n, name, version, productKey, required = true, deleted = false, daysOld, org = 'hdb' } = plan
  const by = PEOPLE[org]
  const [sha256, md5] = DIGESTS[n] ?? ['', '']
  return {
    id: id.firmware(n),
    orgId: orgs[org].id,
    productKey,
    name,
    version,
    fileName: `${name}.bin`,
    sizeBytes: plan.sizeBytes ?? SMALL_BYTES,
    signMethod: 'sha256',
    sha256,
    md5,
    description: `Firmware ${version}`,
    releaseNotes: plan.releaseNotes ?? '',
    tags: {},
    verification: { required, maxDevices: 5, minSuccess: 1 },
    createdBy: { id: by.id, name: by.name },
    createdAt: iso(now - daysOld * DAY),
    revision: 1,
    deleted,
  }
}

export const seedFirmware = (now: number): FirmwareRow[] => PLANS.map((plan) => firmware(plan, now))

/** The bytes are made when somebody asks for them: most page loads download nothing. */
export const seedFiles = (): Map<string, () => Uint8Array> =>
  new Map(
    PLANS.filter(({ deleted }) => !deleted).map(({ n, sizeBytes = SMALL_BYTES }) => [
      id.firmware(n),
      () => seedBytes(n, sizeBytes),
    ]),
  )
