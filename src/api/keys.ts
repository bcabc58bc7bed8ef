/**
 * Query keys, general to specific: invalidating a prefix invalidates everything below it. They stand here and not
 * beside the queries because the live stream writes the same cache.
 */
const inOrg = (org: string) => ['org', org] as const

export const keys = {
  session: ['session'] as const,
  limits: ['limits'] as const,
  orgs: ['orgs'] as const,
  /** Everything of one organisation. */
  org: inOrg,
  products: (org: string) => [...inOrg(org), 'products'] as const,
  devices: (org: string) => [...inOrg(org), 'devices'] as const,
  deviceLists: (org: string) => [...keys.devices(org), 'list'] as const,
  deviceVersions: (org: string) => [...keys.devices(org), 'versions'] as const,
  device: (org: string, deviceId: string) => [...keys.devices(org), 'view', deviceId] as const,
  /** What is known of a device beside its record: history and the gate chain's answer. */
  deviceStory: (org: string, deviceId: string) => [...keys.devices(org), 'story', deviceId] as const,
  firmware: (org: string) => [...inOrg(org), 'firmware'] as const,
  /** Of no organisation's prefix: the bytes of an upload under way are not asked for because something else changed. */
  earlierUpload: (org: string, sha256: string) => ['earlierUpload', org, sha256] as const,
  jobs: (org: string) => [...inOrg(org), 'jobs'] as const,
  jobLists: (org: string) => [...keys.jobs(org), 'list'] as const,
  /** What failed of late in all jobs; the stream asks for it again when a job counts another failure. */
  recentFailures: (org: string) => [...inOrg(org), 'failures'] as const,
  job: (org: string, jobId: string) => [...keys.jobs(org), 'view', jobId] as const,
  jobTasks: (org: string, jobId: string) => [...keys.jobs(org), 'tasks', jobId] as const,
  jobTimeline: (org: string, jobId: string) => [...keys.jobs(org), 'timeline', jobId] as const,
  policies: (org: string) => [...inOrg(org), 'policies'] as const,
  /** Device keys taken from files. */
  keyLists: (org: string) => [...inOrg(org), 'keyLists'] as const,
  activity: (org: string) => [...inOrg(org), 'activity'] as const,
  jobFailures: (org: string, jobId: string) => [...keys.jobs(org), 'failures', jobId] as const,
  jobProgress: (org: string, jobId: string) => [...keys.jobs(org), 'progress', jobId] as const,
  jobPreview: (org: string) => [...keys.jobs(org), 'preview'] as const,
}
