import type { MyOrg } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { whyNot } from '#src/lib/why.ts'

/** One line of the palette. */
export interface Entry {
  id: string
  label: string
  /** What tells it from others of the same name. */
  detail?: string
  to: string
  /** Why it cannot be followed now; undefined when it can. */
  whyNot?: string | undefined
}

export interface Group {
  name: string
  entries: readonly Entry[]
}

interface Rights {
  firmware: true | string
  job: true | string
  policy: true | string
  device: true | string
}

const entry = (label: string, to: string, mayDo: true | string = true): Entry => ({
  id: to,
  label,
  to,
  whyNot: whyNot(mayDo),
})

const pages = (org: string): Entry[] => [
  entry('Overview', paths.overview(org)),
  entry('Firmware', paths.firmwareList(org)),
  entry('OTA Jobs', paths.jobs(org)),
  entry('Upgrade Policies', paths.policies(org)),
  entry('Devices', paths.devices(org)),
  entry('Products', paths.products(org)),
  entry('Activity', paths.activity(org)),
  entry('Help', paths.help(org)),
]

const acts = (org: string, may: Rights): Entry[] => [
  entry('Upload firmware', paths.firmwareNew(org), may.firmware),
  entry('New job', paths.jobNew(org), may.job),
  entry('New upgrade policy', paths.policyNew(org), may.policy),
  entry('New device', paths.devices(org, { dialog: 'create' }), may.device),
  entry('New product', paths.products(org, { dialog: 'create' }), may.device),
]

const others = (orgs: readonly MyOrg[], org: string): Entry[] =>
  orgs.filter(({ slug }) => slug !== org).map(({ slug, name }) => entry(name, paths.overview(slug)))

/** What the palette knows without asking the server: acts first, for who types "up" wants to upload. */
export function knownGroups(org: string, may: Rights, orgs: readonly MyOrg[], text: string): Group[] {
  const groups = [
    { name: 'Acts', entries: acts(org, may) },
    { name: 'Pages', entries: pages(org) },
    { name: 'Organisations', entries: others(orgs, org) },
  ]
  const wanted = text.toLowerCase()
  const fits = ({ label }: Entry) => label.toLowerCase().includes(wanted)
  return groups.map(({ name, entries }) => ({ name, entries: entries.filter(fits) }))
}
