/** Every address of the portal, so that a link and its route cannot drift apart. */
const inOrg = (org: string, ...parts: string[]) => ['', 'orgs', org, ...parts].map(encodeURIComponent).join('/')

type Search = Record<string, string | undefined>

/** Adds the search parameters that are given; an empty one means "not asked" and is left out. */
export function withSearch(path: string, search: Search): string {
  const given = Object.entries(search).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path
}

export const paths = {
  root: () => '/',
  signIn: (next?: string) => withSearch('/sign-in', { next: next === '/' ? undefined : next }),
  orgs: () => '/orgs',
  /** Inside of an organisation its navigation stays beside it. */
  help: (org?: string) => (org === undefined ? '/help' : inOrg(org, 'help')),
  overview: (org: string) => inOrg(org),
  firmwareList: (org: string, search: Search = {}) => withSearch(inOrg(org, 'firmware'), search),
  firmwareNew: (org: string) => inOrg(org, 'firmware', 'new'),
  firmware: (org: string, firmwareId: string) => inOrg(org, 'firmware', firmwareId),
  jobs: (org: string, search: Search = {}) => withSearch(inOrg(org, 'jobs'), search),
  /** `copy` and `rollback` name the job from which the form is filled in. */
  jobNew: (
    org: string,
    search: { type?: 'verify' | 'upgrade'; firmware?: string; copy?: string; rollback?: string } = {},
  ) => withSearch(inOrg(org, 'jobs', 'new'), search),
  job: (org: string, jobId: string, search: Search = {}) => withSearch(inOrg(org, 'jobs', jobId), search),
  jobEdit: (org: string, jobId: string) => inOrg(org, 'jobs', jobId, 'edit'),
  policies: (org: string, search: Search = {}) => withSearch(inOrg(org, 'policies'), search),
  policyNew: (org: string, search: { from?: string } = {}) => withSearch(inOrg(org, 'policies', 'new'), search),
  policy: (org: string, policyId: string) => inOrg(org, 'policies', policyId),
  devices: (org: string, search: Search = {}) => withSearch(inOrg(org, 'devices'), search),
  device: (org: string, deviceId: string) => inOrg(org, 'devices', deviceId),
  activity: (org: string, search: Search = {}) => withSearch(inOrg(org, 'activity'), search),
  product: (org: string, productKey: string) => inOrg(org, 'products', productKey),
  products: (org: string, search: Search = {}) => withSearch(inOrg(org, 'products'), search),
}

/**
 * Where to go after signing in: only an address of this portal, never another site's.
 * @param next the `next` parameter as it stands in the URL
 */
export function safeNext(next: string | null): string {
  // "//evil.example" and "/\evil.example" are other sites to a browser
  return next && /^\/(?![/\\])/.test(next) ? next : paths.root()
}
