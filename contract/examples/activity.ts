import type { activity as operations } from '../manage/activity.ts'
import { page, type ExamplesOf } from './kit.ts'
import { APPROVER, entry, ids, inOrg } from './things.ts'

const query = { actor: ids.approver, from: '2026-03-01T16:00:00.000Z', to: '2026-03-02T16:00:00.000Z' }

const CSV = [
  'at,actor,actorKind,actorId,address,action,summary,from,to,why,changes,objectKind,objectId,jobId,deviceId,id',
  `2026-03-02T02:40:00.000Z,${APPROVER.name},user,${ids.approver},203.0.113.7,job.approved,"Job “Meters 1.5, March” approved and started.",awaitingApproval,started,,,job,${ids.job},${ids.job},,${ids.entry}`,
  '',
].join('\r\n')

export const activity: ExamplesOf<typeof operations> = {
  list: {
    params: inOrg,
    query,
    reply: page([
      {
        ...entry,
        actorKind: 'user',
        address: '203.0.113.7',
        objectKind: 'job',
        objectId: ids.job,
        deviceId: null,
        changes: [],
      },
    ]),
  },
  deployment: {
    query: { action: 'user.signInFailed' },
    reply: page([
      {
        ...entry,
        actor: { id: '', name: 'nobody' },
        actorKind: 'system',
        address: '203.0.113.9',
        action: 'user.signInFailed',
        summary: 'Somebody tried to sign in as nobody we know.',
        from: null,
        to: null,
        why: null,
        jobId: null,
        objectKind: 'user',
        objectId: '',
        deviceId: null,
        changes: [],
      },
    ]),
  },
  csv: { params: inOrg, query, reply: CSV },
}
