import { iso } from '#mock-api/clock.ts'
import type { DeviceListRow } from '#mock-api/world.ts'

import { METER } from './fleet.ts'
import { id } from './ids.ts'
import { orgs, people } from './people.ts'

const DAY = 24 * 3_600_000

/** Named in specs. */
export const deviceListIds = { north: id.deviceList(1) } as const

const meter = (n: number): string => `meter-${String(n).padStart(3, '0')}`

/** Ten meters of the north, and two that are not registered yet. */
export const seedDeviceLists = (now: number): DeviceListRow[] => [
  {
    id: deviceListIds.north,
    orgId: orgs.hdb.id,
    name: 'north.csv',
    productKey: METER,
    keys: [...Array.from({ length: 10 }, (_, n) => meter(n + 11)), 'meter-901', 'meter-902'],
    repeatedCount: 0,
    unknownCount: 2,
    createdBy: { id: people.operator.id, name: people.operator.name },
    createdAt: iso(now - 2 * DAY),
  },
]
