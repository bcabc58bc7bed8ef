import type { overview as operations } from '../manage/overview.ts'
import type { ExamplesOf } from './kit.ts'
import { ids, inOrg } from './things.ts'

const job = { id: ids.job, name: 'Meters 1.5, March' }

export const overview: ExamplesOf<typeof operations> = {
  failures: {
    params: inOrg,
    query: { hours: '24' },
    reply: {
      since: '2026-03-01T02:41:10.000Z',
      total: 9,
      items: [
        { kind: 'download', count: 7, jobs: [{ ...job, count: 7 }] },
        { kind: 'noAnswer', count: 2, jobs: [{ ...job, count: 2 }] },
      ],
    },
  },
}
