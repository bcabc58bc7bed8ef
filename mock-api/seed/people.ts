import type { Org } from '#contract/manage/orgs.ts'
import type { OrgRole, PlatformRole } from '#contract/rights.ts'
import { iso } from '#mock-api/clock.ts'
import type { MemberRow, UserRow } from '#mock-api/world.ts'

import { id } from './ids.ts'

/** Everyone in the mock has this password. */
export const PASSWORD = 'correct horse battery'

const person = (n: number, role: string, name: string, agency = 'hdb') => ({
  id: id.user(n),
  email: `${role}@${agency}.example`,
  name,
  password: PASSWORD,
})

/** One person of each role; `nobody` has an account and belongs to no organisation. */
export const people = {
  viewer: person(1, 'viewer', 'Vera Wong'),
  operator: person(2, 'operator', 'Omar Tan'),
  approver: person(3, 'approver', 'Anita Lim'),
  admin: person(4, 'admin', 'Adam Ng'),
  support: person(5, 'support', 'Siti Rahman', 'govtech'),
  platformAdmin: person(6, 'platform', 'Peter Goh', 'govtech'),
  neighbour: person(7, 'operator', 'Nina Chua', 'nea'),
  nobody: person(8, 'nobody', 'Noel Yeo'),
  neighbourAdmin: person(9, 'admin', 'Nadia Aziz', 'nea'),
  water: person(10, 'operator', 'Priya Nair', 'pub'),
  /** Member of the organisations that are in trouble, and of no other. */
  tester: person(11, 'tester', 'Tessa Koh', 'govtech'),
} as const

export const orgs = {
  hdb: { id: id.org(1), slug: 'hdb', name: 'Housing & Development Board' },
  nea: { id: id.org(2), slug: 'nea', name: 'National Environment Agency' },
  pub: { id: id.org(4), slug: 'pub', name: 'PUB, National Water Agency' },
  /** Has a product and nothing else: every list of it says what to do next. */
  empty: { id: id.org(3), slug: 'new-agency', name: 'New Agency' },
} as const

const DAY = 24 * 3_600_000

const PLATFORM: Partial<Record<keyof typeof people, PlatformRole[]>> = {
  support: ['support'],
  platformAdmin: ['platformAdmin'],
}

const member = (org: keyof typeof orgs, who: keyof typeof people, ...roles: OrgRole[]): MemberRow => ({
  orgId: orgs[org].id,
  userId: people[who].id,
  roles,
})

export const seedUsers = (): UserRow[] =>
  Object.entries(people).map(([who, user]) => ({ ...user, platformRoles: PLATFORM[who as keyof typeof people] ?? [] }))

export const seedOrgs = (now: number): Org[] =>
  Object.values(orgs).map((org) => ({ ...org, zone: 'Asia/Singapore', createdAt: iso(now - 420 * DAY) }))

export const seedMembers = (): MemberRow[] => [
  member('hdb', 'viewer', 'viewer'),
  member('hdb', 'operator', 'operator'),
  member('hdb', 'approver', 'approver'),
  member('hdb', 'admin', 'admin'),
  member('nea', 'neighbour', 'operator'),
  member('nea', 'neighbourAdmin', 'admin'),
  member('pub', 'water', 'operator'),
  member('empty', 'operator', 'operator'),
  member('empty', 'viewer', 'viewer'),
]
