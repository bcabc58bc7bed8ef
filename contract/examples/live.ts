import type { live as operations } from '../manage/live.ts'
import type { ExamplesOf } from './kit.ts'
import { ids, inOrg, task } from './things.ts'

const event = (name: string, data: object, id?: string) =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
const at = '2026-03-02T02:41:10.000Z'

export const live: ExamplesOf<typeof operations> = {
  stream: {
    params: inOrg,
    query: { job: ids.job },
    headers: { 'Last-Event-ID': 'm8f2k1-6' },
    reply: [event('beat', { at }), event('tasks', { at, jobId: ids.job, tasks: [task], more: false }, 'm8f2k1-7')].join(
      '',
    ),
  },
}
