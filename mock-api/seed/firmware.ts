import { iso } from '#mock-api/clock.ts'
import type { FirmwareRow } from '#mock-api/world.ts'

import { GAUGE, LIFT, METER } from './fleet.ts'
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

/** By number: digests of `seedBytes(n)`; a test computes them again. */
const DIGESTS: Readonly<Record<number, readonly [sha256: string, md5: string]>> = {
  1: ['a33d076741893ac8b9bbaeb74ee470edf9f5a62b128094f0c94602c2e8c128d4', '0adec4516b657964029134ef23423d40'],
  2: ['a0fb68531aff3090a55b17ce8cb85a62a429172dbe8219d196f150c78b1027a7', '2238d7cc35de4c89525719adf83d6359'],
  3: ['22849e816a104205284ef2f280ec0573c4d6c948334941f6535fc9e2a60376e4', '06f8954652d5f528fddcaf9f63034d49'],
  4: ['8b4ba9cc6fe00b2f9481217abdeac5b620e94f444544720a77588959b439217c', '6bb687d264863f1a162cb4c626a0cdb6'],
  5: ['e36f401609fd5fe64768d990c2bd4c431341c85421c5210473d6a1a24a76a88f', '0a8795f3ca6216c3ef565ad98ffe8299'],
  6: ['1b4d4b87b62f58844df27c73fbc80d2ff84b686d3e275038f6f7dcbcf6ddfc55', 'a40b0c927401dbfccbef412267c18e8b'],
  7: ['bfbf9c222cadf1a5a0790ad780de7465aaa62ee06e8d68fabfdf5f37f548a5b3', 'b39f91bc8f847fea8fbfdb732933a750'],
}

interface Plan {
  n: number
  name: string
  version: string
  productKey: string
  required?: boolean
  deleted?: boolean
  daysOld: number
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
} as const

const PLANS: readonly Plan[] = [
  { n: 1, name: 'meter-fw-1.5', version: '1.5.0', productKey: METER, daysOld: 20 },
  { n: 2, name: 'meter-fw-1.6', version: '1.6.0', productKey: METER, daysOld: 3 },
  { n: 3, name: 'meter-fw-1.6-rc', version: '1.6.0-rc.1', productKey: METER, daysOld: 6 },
  { n: 4, name: 'meter-fw-2', version: '2.0.0', productKey: METER, daysOld: 1 },
  { n: 5, name: 'lift-calibration', version: '2.1.0', productKey: LIFT, required: false, daysOld: 8 },
  { n: 6, name: 'meter-fw-1.3', version: '1.3.0', productKey: METER, deleted: true, daysOld: 70 },
  { n: 7, name: 'gauge-fw-1', version: '1.0.0', productKey: GAUGE, daysOld: 5 },
]

function firmware(
  { n, name, version, productKey, required = true, deleted = false, daysOld }: Plan,
  now: number,
): FirmwareRow {
  const neighbour = productKey === GAUGE
  const by = neighbour ? people.neighbour : people.operator
  const [sha256, md5] = DIGESTS[n] ?? ['', '']
  return {
    id: id.firmware(n),
    orgId: neighbour ? orgs.nea.id : orgs.hdb.id,
    productKey,
    name,
    version,
    fileName: `${name}.bin`,
    sizeBytes: 4_096,
    signMethod: 'sha256',
    sha256,
    md5,
    description: `Firmware ${version}`,
    releaseNotes: '',
    tags: {},
    verification: { required, maxDevices: 5, minSuccess: 1 },
    createdBy: { id: by.id, name: by.name },
    createdAt: iso(now - daysOld * DAY),
    revision: 1,
    deleted,
  }
}

export const seedFirmware = (now: number): FirmwareRow[] => PLANS.map((plan) => firmware(plan, now))

export const seedFiles = (): Map<string, Uint8Array> =>
  new Map(PLANS.filter(({ deleted }) => !deleted).map(({ n }) => [id.firmware(n), seedBytes(n)]))
