import { iso } from '#mock-api/clock.ts'
import { sentinel } from '#mock-api/sentinel.ts'
import type { DeviceRow, ProductRow } from '#mock-api/world.ts'

import { fleetDevices, fleetProducts } from './fleets.ts'
import { id } from './ids.ts'
import { orgs } from './people.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const product = (orgId: string, productKey: string, name: string, description: string, now: number): ProductRow => ({
  orgId,
  productKey,
  name,
  description,
  dynamicActivation: false,
  tlsRequired: false,
  createdAt: iso(now - 90 * DAY),
  version: 1,
  deleted: false,
})

export const METER = 'HDBCurrentMeter'
export const LIFT = 'HDBLiftSensor'
export const GAUGE = 'NEAFloodGauge'

export const seedProducts = (now: number): ProductRow[] => [
  product(orgs.hdb.id, METER, 'HDB Current Meter', 'Measures the current of a block’s corridor lighting.', now),
  { ...product(orgs.hdb.id, LIFT, 'HDB Lift Sensor', 'Counts the rides of a lift.', now), dynamicActivation: true },
  product(orgs.nea.id, GAUGE, 'NEA Flood Gauge', 'Measures the level of a drain.', now),
  product(orgs.empty.id, 'NewAgencyLamp', 'Street Lamp', '', now),
  ...fleetProducts(now),
]

interface Plan {
  orgId: string
  productKey: string
  deviceKey: string
  version: string | null
  online: boolean
  enabled?: boolean
}

const numbered = (prefix: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `${prefix}-${String(from + n).padStart(3, '0')}`)

/** Every seventh is offline, as in the field. */
const group = (productKey: string, keys: string[], version: string | null, orgId: string = orgs.hdb.id): Plan[] =>
  keys.map((deviceKey) => ({ orgId, productKey, deviceKey, version, online: Number(deviceKey.slice(-3)) % 7 !== 0 }))

/** Keys that say how the device behaves when it is pushed to; see `engine/behaviour.ts`. */
export const troubled = [
  'fails-download-001',
  'fails-verification-001',
  'fails-writing-001',
  'declines-001',
  'falls-back-001',
  'silent-001',
  'stalls-001',
  'stalls-002',
  'waits-for-restart-001',
] as const

const plans = (): Plan[] => [
  ...group(METER, numbered('meter', 1, 20), '1.4.0'),
  ...group(METER, numbered('meter', 21, 32), '1.3.0'),
  ...group(METER, numbered('meter', 33, 40), '1.5.0'),
  ...group(METER, ['meter-041'], null),
  { orgId: orgs.hdb.id, productKey: METER, deviceKey: 'meter-043', version: '1.4.0', online: false, enabled: false },
  ...troubled.map((deviceKey) => ({
    orgId: orgs.hdb.id,
    productKey: METER,
    deviceKey,
    version: '1.2.0',
    online: true,
  })),
  ...group(LIFT, numbered('lift', 1, 8), '2.0.0'),
  // found by the sentinel that is right only once
  ...group(LIFT, [`${sentinel.failsLater}-001`], '2.0.0'),
  ...group(GAUGE, numbered('gauge', 1, 4), '0.9.0', orgs.nea.id),
]

/** The gateway of a machine room, and the sensors behind it. */
export const GATEWAY = 'lift-008'
const BEHIND = new Set(numbered('lift', 1, 3))

/** A small fleet that specs know by name, and the large ones. */
export function seedDevices(now: number): DeviceRow[] {
  const named = namedDevices(now)
  const gateway = named.find(({ deviceKey }) => deviceKey === GATEWAY)
  for (const row of named.filter(({ deviceKey }) => BEHIND.has(deviceKey))) {
    row.gatewayId = gateway?.id ?? null
    row.tags = { site: 'tampines' }
  }
  return [...named, ...fleetDevices(now, named.length + 1)]
}

const namedDevices = (now: number): DeviceRow[] =>
  plans().map(({ version, online, enabled = true, ...plan }, n) => ({
    ...plan,
    id: id.device(n + 1),
    name: '',
    enabled,
    currentVersion: version,
    versionReportedAt: version === null ? null : iso(now - 2 * DAY),
    lastSeenAt: version === null && !online ? null : iso(online ? now : now - 3 * DAY),
    tags: {},
    attributes: {},
    gatewayId: null,
    activatedAt: version === null ? null : iso(now - 80 * DAY),
    createdAt: iso(now - 80 * DAY),
    version: 1,
    session: online ? { id: `seed-session-${n + 1}`, startedAt: now - DAY } : null,
  }))
