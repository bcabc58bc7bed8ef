import { iso } from '#mock-api/clock.ts'
import type { DeviceRow, ProductRow } from '#mock-api/world.ts'

import { chance } from './chance.ts'
import { id } from './ids.ts'
import { orgs } from './people.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** A large product: its devices differ by chance, the same chance every time. */
interface Fleet {
  orgId: string
  productKey: string
  name: string
  description: string
  prefix: string
  size: number
  /** Version before the seeded jobs moved some of its devices on. */
  version: string
  /** Share of devices that are not connected now. */
  offline: number
  sites: readonly string[]
  model: string
}

const TOWNS = ['ang-mo-kio', 'bedok', 'jurong-west', 'punggol', 'tampines', 'toa-payoh', 'woodlands', 'yishun']
const CATCHMENTS = ['bukit-timah', 'geylang', 'kallang', 'pandan', 'stamford-canal']
const ZONES = ['central', 'east', 'north', 'north-east', 'west']

/** Named in specs and in the jobs of the seed. */
export const productKeys = {
  light: 'HDBCorridorLight',
  pump: 'HDBPumpMonitor',
  solar: 'HDBSolarInverter',
  air: 'NEAAirStation',
  rain: 'NEARainGauge',
  bin: 'NEABinSensor',
  water: 'PUBWaterMeter',
  leak: 'PUBLeakLogger',
} as const

const ofHdb = { orgId: orgs.hdb.id, sites: TOWNS }
const ofNea = { orgId: orgs.nea.id, sites: CATCHMENTS }
const ofPub = { orgId: orgs.pub.id, sites: ZONES }

export const FLEETS: readonly Fleet[] = [
  {
    ...ofHdb,
    productKey: productKeys.light,
    name: 'HDB Corridor Light',
    description: 'Dims the lights of a corridor when nobody is in it.',
    prefix: 'light',
    size: 1_200,
    version: '2.0.4',
    offline: 0.06,
    model: 'CL-200',
  },
  {
    ...ofHdb,
    productKey: productKeys.pump,
    name: 'HDB Pump Monitor',
    description: 'Watches the water pumps on a roof.',
    prefix: 'pump',
    size: 400,
    version: '1.6.0',
    offline: 0.04,
    model: 'PM-12',
  },
  {
    ...ofHdb,
    productKey: productKeys.solar,
    name: 'HDB Solar Inverter',
    description: 'Feeds the roof’s solar power into the grid.',
    prefix: 'solar',
    size: 336,
    version: '2.3.1',
    offline: 0.12,
    model: 'SI-5K',
  },
  {
    ...ofNea,
    productKey: productKeys.air,
    name: 'NEA Air Station',
    description: 'Measures fine dust beside a road.',
    prefix: 'air',
    size: 240,
    version: '1.9.0',
    offline: 0.02,
    model: 'AQ-7',
  },
  {
    ...ofNea,
    productKey: productKeys.rain,
    name: 'NEA Rain Gauge',
    description: 'Counts the tips of a rain bucket.',
    prefix: 'rain',
    size: 360,
    version: '4.1.0',
    offline: 0.08,
    model: 'RG-3',
  },
  {
    ...ofNea,
    productKey: productKeys.bin,
    name: 'NEA Bin Sensor',
    description: 'Says how full a public bin is.',
    prefix: 'bin',
    size: 900,
    version: '1.2.2',
    offline: 0.22,
    model: 'BS-1',
  },
  {
    ...ofPub,
    productKey: productKeys.water,
    name: 'PUB Water Meter',
    description: 'Reads a household’s water meter once an hour.',
    prefix: 'water',
    size: 1_200,
    version: '6.3.0',
    offline: 0.1,
    model: 'WM-60',
  },
  {
    ...ofPub,
    productKey: productKeys.leak,
    name: 'PUB Leak Logger',
    description: 'Listens to a main for the sound of a leak.',
    prefix: 'leak',
    size: 300,
    version: '1.0.8',
    offline: 0.15,
    model: 'LL-4',
  },
]

export const fleetProducts = (now: number): ProductRow[] =>
  FLEETS.map(({ orgId, productKey, name, description }, n) => ({
    orgId,
    productKey,
    name,
    description,
    dynamicActivation: n % 3 === 0,
    tlsRequired: n % 2 === 0,
    createdAt: iso(now - (400 - 20 * n) * DAY),
    version: 1,
    deleted: false,
  }))

/** Devices that were registered together, from one list. */
const BATCH = 100

/** @param from number of the first device, for its id */
export function fleetDevices(now: number, from: number): DeviceRow[] {
  const random = chance(41)
  const seenNow = iso(now)
  let n = from
  return FLEETS.flatMap((fleet, place) => {
    const reportedAt = iso(now - (70 + place) * DAY)
    let createdAt = ''
    return Array.from({ length: fleet.size }, (_, index) => {
      if (index % BATCH === 0) createdAt = iso(now - (300 - 10 * place - index / BATCH) * DAY)
      return fleetDevice(fleet, { index, n: n++, now, random, seenNow, reportedAt, createdAt })
    })
  })
}

interface Place {
  index: number
  n: number
  now: number
  random: () => number
  seenNow: string
  reportedAt: string
  createdAt: string
}

function fleetDevice(fleet: Fleet, { index, n, now, random, seenNow, reportedAt, createdAt }: Place): DeviceRow {
  const { orgId, productKey, prefix, version, offline, sites, model } = fleet
  const isOnline = random() >= offline
  const isDisabled = !isOnline && random() < 0.05
  const hasReported = isOnline || random() > 0.03
  const seenAt = isOnline ? seenNow : iso(now - random() ** 3 * 90 * DAY - 5 * MINUTE)
  return {
    orgId,
    productKey,
    deviceKey: `${prefix}-${String(index + 1).padStart(4, '0')}`,
    id: id.device(n),
    name: '',
    enabled: !isDisabled,
    currentVersion: hasReported ? version : null,
    versionReportedAt: hasReported ? reportedAt : null,
    lastSeenAt: hasReported ? seenAt : null,
    tags: { site: sites[index % sites.length] ?? '' },
    attributes: { model },
    gatewayId: null,
    activatedAt: createdAt,
    createdAt,
    version: 1,
    session: isOnline ? { id: `seed-session-${n}`, startedAt: now - random() * 7 * DAY } : null,
  }
}
