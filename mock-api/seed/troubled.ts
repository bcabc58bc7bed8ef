import type { Org } from '#contract/manage/orgs.ts'
import type { OrgRole } from '#contract/rights.ts'
import { iso } from '#mock-api/clock.ts'

import { id } from './ids.ts'
import { orgs } from './people.ts'

/** How an organisation is in trouble; `long` is in none but for its names. */
export type Trouble = 'slow' | 'down' | 'closed' | 'fading' | 'long'

interface TroubledOrg {
  slug: string
  name: string
  /** Whose things it shows: those of a healthy one, or its own. */
  orgId: string
  role: OrgRole
}

const own = (n: number) => id.org(n)

/** Only the tester sees them: in each, every page is in one state that is seldom met. */
export const troubledOrgs: Readonly<Record<Trouble, TroubledOrg>> = {
  slow: { slug: 'slow-agency', name: 'Slow Agency', orgId: own(21), role: 'admin' },
  down: { slug: 'down-agency', name: 'Down Agency', orgId: orgs.hdb.id, role: 'admin' },
  closed: { slug: 'closed-agency', name: 'Closed Agency', orgId: orgs.hdb.id, role: 'viewer' },
  fading: { slug: 'fading-agency', name: 'Fading Agency', orgId: orgs.hdb.id, role: 'admin' },
  long: { slug: 'long-agency', name: `${'Overlong'.repeat(8)}`, orgId: own(22), role: 'admin' },
}

const ALL = Object.entries(troubledOrgs) as [Trouble, TroubledOrg][]

export const troubleOf = (slug: unknown): Trouble | undefined => ALL.find(([, org]) => org.slug === slug)?.[0]

export const troubledOrg = (slug: unknown): Org | undefined => {
  const found = ALL.find(([, org]) => org.slug === slug)?.[1]
  return found && { id: found.orgId, slug: found.slug, name: found.name, zone: 'Asia/Singapore', createdAt: iso(0) }
}
