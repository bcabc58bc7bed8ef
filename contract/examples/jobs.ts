import type { jobs as operations, Preview } from '../manage/jobs.ts'
import { page, type ExamplesOf } from './kit.ts'
import { entry, ids, inOrg, jobAs, OPERATOR, policy, PRODUCT, scope, scopeInShort, task } from './things.ts'

const params = { ...inOrg, jobId: ids.job }
const notPushed = { init: 1_115, published: 0, upgrading: 0, succeeded: 0, failed: 0, skipped: 0 }
const stopped = jobAs({ state: 'stopped', version: 4 })

const TASKS_CSV = [
  'deviceKey,status,reason,waitsFor,progress,progressText,attempt,sourceVersion,currentVersion,connection,failure,skipReason,proof,alreadyThere,late,deadlineAt,updatedAt,deviceId',
  `meter-000001,upgrading,downloading,,40,downloading,1,1.4.0,1.4.0,online,,,,false,false,2026-03-02T04:41:00.000Z,2026-03-02T02:41:10.000Z,${ids.device}`,
  '',
].join('\r\n')

const preview: Preview = {
  matched: 1_115,
  excluded: [
    { reason: 'otherVersion', count: 83 },
    { reason: 'noVersion', count: 2 },
  ],
  byVersion: [{ version: '1.4.0', count: 1_115 }],
  byConnection: { online: 1_090, offline: 25 },
  overlapping: 0,
  warnings: [],
  forecast: { earliest: '2026-03-02T17:20:00.000Z', latest: '2026-03-02T18:00:00.000Z' },
}

export const jobs: ExamplesOf<typeof operations> = {
  preview: {
    params: inOrg,
    body: { type: 'upgrade', firmwareId: ids.firmware, scope: { versions: ['1.4.0'] }, policy },
    reply: preview,
  },
  previewed: {
    params: { ...inOrg, handle: ids.handle },
    reply: { handle: ids.handle, devices: 1_000_000, seen: 230_000 },
  },
  list: { params: inOrg, query: { state: 'started', product: PRODUCT }, reply: page([jobAs()]) },
  create: {
    params: inOrg,
    headers: { 'Idempotency-Key': 'meters-1.5-march' },
    body: {
      type: 'upgrade',
      firmwareId: ids.firmware,
      name: 'Meters 1.5, March',
      scope: { versions: ['1.4.0'], tags: { town: ['Tengah', 'Punggol'] } },
      policyId: ids.policy,
      start: true,
    },
    reply: jobAs({
      state: 'awaitingApproval',
      counts: notPushed,
      approvalAskedBy: OPERATOR,
      startedAt: null,
      version: 2,
    }),
  },
  view: { params, reply: { ...jobAs(), scope } },
  delete: { params },
  start: { params, reply: jobAs() },
  stop: { params, reply: stopped },
  end: {
    params,
    reply: jobAs({
      state: 'completed',
      counts: { init: 0, published: 0, upgrading: 0, succeeded: 5, failed: 0, skipped: 1_110 },
      endedAt: '2026-03-02T18:00:00.000Z',
      version: 5,
    }),
  },
  approve: { params, reply: jobAs() },
  reject: { params, reply: jobAs({ state: 'stopped', counts: notPushed, startedAt: null }) },
  withdraw: { params, reply: jobAs({ state: 'stopped', counts: notPushed, startedAt: null }) },
  advance: { params, reply: jobAs({ version: 4 }) },
  resume: { params, body: { reason: 'The gateway of block 12 is repaired.' }, reply: jobAs({ version: 6 }) },
  update: {
    params,
    body: { scope: { versions: ['1.4.0', '1.3.0'] }, version: 4 },
    reply: { ...stopped, scope: { ...scopeInShort, versions: ['1.4.0', '1.3.0'], tags: {} }, version: 5 },
  },
  progress: {
    params,
    reply: {
      points: [
        { at: '2026-03-02T14:00:00.000Z', counts: notPushed },
        { at: '2026-03-02T14:00:01.000Z', counts: { ...notPushed, init: 1_110, published: 5 } },
        { at: '2026-03-02T14:09:20.000Z', counts: { ...notPushed, init: 1_110, succeeded: 4, failed: 1 } },
      ],
    },
  },
  failures: {
    params,
    reply: {
      items: [
        { kind: 'download', count: 7 },
        { kind: 'noAnswer', count: 2 },
      ],
    },
  },
  tasksCsv: { params, reply: TASKS_CSV },
  tasks: { params, query: { status: 'upgrading', q: 'meter-0000' }, reply: page([task]) },
  cancel: { params, body: { deviceIds: [ids.device] }, reply: { affected: 1 } },
  retry: { params, body: { all: true, status: 'failed' }, reply: { affected: 9 } },
  timeline: { params, reply: page([entry]) },
}
