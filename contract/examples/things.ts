import type { z } from 'zod'

import type { DeviceList } from '../manage/device-lists.ts'
import type { Device, LogEntry } from '../manage/devices.ts'
import type { Firmware } from '../manage/firmware.ts'
import type { FirmwareJob } from '../manage/firmware-facts.ts'
import type { Job, Scope, ScopeInShort, Task } from '../manage/jobs.ts'
import type { Org } from '../manage/orgs.ts'
import type { Policy, SavedPolicy } from '../manage/policies.ts'
import type { Product } from '../manage/products.ts'
import type { Session } from '../manage/session.ts'

/*
 * The world of the examples: one agency, one product, one firmware that is rolled out to it. The examples tell of the
 * same things throughout, so that a reader can follow an id from the answer in which it came to the next request.
 */

const idOf = (kind: number, n: number) =>
  `019cad4e-a400-7000-8000-${kind.toString(16).padStart(4, '0')}${n.toString(16).padStart(8, '0')}`

export const ORG = 'hdb'
export const PRODUCT = 'meterMk2'
export const ids = {
  org: idOf(1, 1),
  operator: idOf(2, 1),
  approver: idOf(2, 2),
  device: idOf(3, 1),
  subDevice: idOf(3, 2),
  upload: idOf(4, 1),
  firmware: idOf(5, 1),
  policy: idOf(6, 1),
  job: idOf(7, 1),
  verification: idOf(7, 2),
  deviceList: idOf(8, 1),
  entry: idOf(9, 1),
  handle: idOf(10, 1),
} as const

export const inOrg = { org: ORG } as const
export const OPERATOR = { id: ids.operator, name: 'Omar Tan' }
export const APPROVER = { id: ids.approver, name: 'Anita Lim' }

export const SHA256 = 'a33d076741893ac8b9bbaeb74ee470edf9f5a62b128094f0c94602c2e8c128d4'
export const MD5 = '0adec4516b657964029134ef23423d40'

export const me: Session = {
  user: { id: ids.operator, email: 'operator@hdb.example', name: 'Omar Tan' },
  platformRoles: [],
  orgs: [{ slug: ORG, name: 'Housing & Development Board', zone: 'Asia/Singapore', roles: ['operator'] }],
}

export const org: z.infer<typeof Org> = {
  id: ids.org,
  slug: ORG,
  name: 'Housing & Development Board',
  zone: 'Asia/Singapore',
  createdAt: '2026-03-02T01:00:00.000Z',
}

export const product: Product = {
  productKey: PRODUCT,
  name: 'Water meter Mk 2',
  description: 'Meters of the new towns',
  dynamicActivation: false,
  tlsRequired: true,
  deviceCount: 1_200,
  createdAt: '2026-03-02T01:05:00.000Z',
  version: 1,
}

export const device: Device = {
  id: ids.device,
  productKey: PRODUCT,
  deviceKey: 'meter-000001',
  name: 'Block 12, riser 3',
  enabled: true,
  currentVersion: '1.4.0',
  versionReportedAt: '2026-03-02T02:00:05.000Z',
  connection: 'online',
  lastSeenAt: '2026-03-02T02:41:10.000Z',
  tags: { town: 'Tengah' },
  attributes: { meterType: 'ultrasonic' },
  gatewayId: null,
  activatedAt: '2026-03-02T02:00:04.000Z',
  createdAt: '2026-03-02T01:10:00.000Z',
  version: 1,
}

export const firmware: Firmware = {
  id: ids.firmware,
  productKey: PRODUCT,
  productName: 'Water meter Mk 2',
  name: 'meter-fw-1.5',
  version: '1.5.0',
  fileName: 'meter-fw-1.5.bin',
  sizeBytes: 4_096,
  signMethod: 'sha256',
  sha256: SHA256,
  md5: MD5,
  description: 'Reads the meter every minute',
  releaseNotes: 'Needs 1.4.0 or newer.',
  tags: { release: 'stable' },
  verification: { required: true, maxDevices: 5, minSuccess: 1 },
  verificationState: 'verified',
  deviceCount: 1,
  jobCount: 2,
  createdBy: OPERATOR,
  createdAt: '2026-03-02T01:30:00.000Z',
  revision: 1,
}

/** By night, five devices first, then all: what the policy guide calls a careful rollout. */
export const policy: Policy = {
  method: 'push',
  list: 'snapshot',
  startAt: null,
  window: { from: '22:00', to: '02:00', weekdays: [1, 2, 3, 4, 5], zone: 'Asia/Singapore', blackoutDates: [] },
  concurrency: 300,
  pacePerMinute: 60,
  waves: [
    {
      upToDevices: 5,
      upToPercent: null,
      gate: { successPercent: 100, sample: 5, finalPercent: 100, soakMinutes: 60, person: false },
    },
    {
      upToDevices: null,
      upToPercent: 100,
      gate: { successPercent: null, sample: 10, finalPercent: 80, soakMinutes: 0, person: false },
    },
  ],
  halt: { failurePercent: 20, sample: 10, failureCount: null, kinds: [] },
  timeoutSeconds: 7_200,
  retry: { attempts: 1, intervalSeconds: 600, kinds: ['download', 'noAnswer'] },
  proof: 'restarted',
  approval: true,
}

export const savedPolicy: SavedPolicy = {
  id: ids.policy,
  name: 'By night, five first',
  description: 'For meters that people use by day',
  policy,
  warnings: [],
  jobCount: 1,
  createdBy: OPERATOR,
  createdAt: '2026-03-02T01:40:00.000Z',
  updatedAt: '2026-03-02T01:40:00.000Z',
  version: 1,
}

export const scope: Scope = {
  versions: ['1.4.0'],
  deviceKeys: [],
  deviceListId: null,
  tags: { town: ['Tengah', 'Punggol'] },
  attributes: {},
  percent: 100,
  seed: '',
}

const { deviceKeys: _, ...asked } = scope
/** The same without the keys that it names. */
export const scopeInShort: ScopeInShort = asked

/** The job as it stands after its start, unless `changes` say otherwise. */
export const jobAs = (changes: Partial<Job> = {}): Job => ({
  id: ids.job,
  type: 'upgrade',
  name: 'Meters 1.5, March',
  state: 'started',
  phase: 'ready',
  firmware: { id: ids.firmware, name: 'meter-fw-1.5', version: '1.5.0', deleted: false },
  productKey: PRODUCT,
  productName: 'Water meter Mk 2',
  scope: scopeInShort,
  keyCount: 0,
  policy,
  policyId: ids.policy,
  counts: { init: 1_110, published: 4, upgrading: 1, succeeded: 0, failed: 0, skipped: 0 },
  waves: [
    {
      size: 5,
      final: 0,
      succeeded: 0,
      failed: 0,
      state: 'open',
      waitsFor: '0 of 5 devices of the wave before have ended; 100 % must have.',
      opensAt: null,
    },
    { size: 1_110, final: 0, succeeded: 0, failed: 0, state: 'waiting', waitsFor: null, opensAt: null },
  ],
  supersede: false,
  haltReason: null,
  haltSample: { rated: 0, failed: 0 },
  approvalAskedBy: null,
  createdBy: OPERATOR,
  createdAt: '2026-03-02T02:30:00.000Z',
  startedAt: '2026-03-02T02:40:00.000Z',
  endedAt: null,
  version: 3,
  ...changes,
})

export const shortJob: FirmwareJob = {
  id: ids.job,
  name: 'Meters 1.5, March',
  type: 'upgrade',
  state: 'started',
  counts: { init: 1_110, published: 4, upgrading: 1, succeeded: 0, failed: 0, skipped: 0 },
}

export const task: Task = {
  deviceId: ids.device,
  deviceKey: 'meter-000001',
  status: 'upgrading',
  progress: 40,
  progressText: 'downloading',
  installed: false,
  via: 'push',
  attempt: 1,
  sourceVersion: '1.4.0',
  currentVersion: '1.4.0',
  connection: 'online',
  failure: null,
  skipReason: null,
  proof: null,
  alreadyThere: false,
  late: false,
  reason: 'downloading',
  held: null,
  deadlineAt: '2026-03-02T04:41:00.000Z',
  updatedAt: '2026-03-02T02:41:10.000Z',
}

export const deviceList: DeviceList = {
  id: ids.deviceList,
  name: 'Tengah, phase 2',
  productKey: PRODUCT,
  productName: 'Water meter Mk 2',
  keyCount: 2,
  repeatedCount: 0,
  unknownCount: 1,
  createdBy: OPERATOR,
  createdAt: '2026-03-02T02:10:00.000Z',
}

export const entry: LogEntry = {
  id: ids.entry,
  at: '2026-03-02T02:40:00.000Z',
  actor: APPROVER,
  action: 'job.approved',
  summary: 'Job “Meters 1.5, March” approved and started.',
  from: 'awaitingApproval',
  to: 'started',
  why: null,
  jobId: ids.job,
}
