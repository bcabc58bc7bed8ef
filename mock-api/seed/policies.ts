import { Policy } from '#contract/manage/policies.ts'
import { iso } from '#mock-api/clock.ts'
import type { PolicyRow } from '#mock-api/world.ts'

import { id } from './ids.ts'
import { orgs, people } from './people.ts'

const DAY = 24 * 3_600_000

/** Named in specs. */
export const policyIds = {
  careful: id.policy(1),
  nightly: id.policy(2),
  plain: id.policy(3),
  ofNeighbour: id.policy(4),
  twoPersons: id.policy(5),
} as const

const nights = { from: '22:00', to: '02:00', weekdays: [1, 2, 3, 4, 5] }
const afterSoak = { successPercent: 95, sample: 10, soakMinutes: 30 }

interface Plan {
  id: string
  name: string
  description: string
  policy: Parameters<typeof Policy.parse>[0]
  daysOld: number
  isNeighbours?: boolean
}

const PLANS: readonly Plan[] = [
  {
    id: policyIds.careful,
    name: 'Careful',
    description: 'One device, then a tenth, then all, each after half an hour without trouble.',
    policy: {
      waves: [
        { upToDevices: 1, gate: { ...afterSoak, sample: 1 } },
        { upToPercent: 10, gate: afterSoak },
        { upToPercent: 100 },
      ],
      retry: { attempts: 2, kinds: ['download'] },
    },
    daysOld: 60,
  },
  {
    id: policyIds.nightly,
    name: 'Weekday nights',
    description: 'While lifts stand still.',
    // the window is two hours shorter than the timeout, and the policy's warning says so
    policy: { window: nights, pacePerMinute: 60, timeoutSeconds: 21_600 },
    daysOld: 40,
  },
  {
    id: policyIds.plain,
    name: 'All at once',
    description: '',
    policy: { halt: null, concurrency: 1_000 },
    daysOld: 90,
  },
  {
    id: policyIds.ofNeighbour,
    name: 'Gauges',
    description: '',
    policy: {},
    daysOld: 10,
    isNeighbours: true,
  },
  {
    id: policyIds.twoPersons,
    name: 'Two persons',
    description: 'For what people notice at once when it stops.',
    policy: { approval: true, pacePerMinute: 30 },
    daysOld: 25,
  },
]

function policy({ daysOld, isNeighbours = false, policy: given, ...plan }: Plan, now: number): PolicyRow {
  const by = isNeighbours ? people.neighbour : people.operator
  const at = iso(now - daysOld * DAY)
  return {
    ...plan,
    orgId: isNeighbours ? orgs.nea.id : orgs.hdb.id,
    policy: Policy.parse(given),
    createdBy: { id: by.id, name: by.name },
    createdAt: at,
    updatedAt: at,
    version: 1,
  }
}

export const seedPolicies = (now: number): PolicyRow[] => PLANS.map((plan) => policy(plan, now))
