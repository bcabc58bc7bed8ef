import type { Answer, Who } from './backend.ts'
import type { BytesCase } from './bytes-cases.ts'
import { NOBODY, ORG, type Scene } from './scene.ts'

const text = ({ bytes }: Answer): string => new TextDecoder().decode(bytes)
const rowsOf = (answer: Answer): string[] => text(answer).split('\r\n')

const activity = (scene: Scene, query: Record<string, string> = {}, who: Who | null = 'viewer') =>
  scene.call(who, 'activity.csv', { params: { org: ORG }, query })

const tasks = (scene: Scene, jobId: string, who: Who | null = 'viewer') =>
  scene.call(who, 'jobs.tasksCsv', { params: { org: ORG, jobId } })

export const csvCases: BytesCase[] = [
  {
    sentence: 'gives the log as a file for a spreadsheet, in which no cell is a formula',
    act: async (scene) => {
      const body = { name: '=1+1, "quoted"', policy: {} }
      await scene.must('operator', 'policies.create', { params: { org: ORG }, body })
      const answer = await activity(scene, { action: 'policy.created' })
      const [head = '', line = ''] = rowsOf(answer)
      return [
        answer.headers.get('content-type'),
        answer.headers.get('content-disposition'),
        head.split(',').slice(0, 7),
        line.split(',').slice(4).join(',').split(',,,')[0],
      ]
    },
    seen: [
      'text/csv; charset=utf-8',
      'attachment; filename="activity-hdb.csv"',
      ['at', 'actor', 'actorKind', 'actorId', 'address', 'action', 'summary'],
      '127.0.0.1,policy.created,"Policy =1+1, ""quoted"" created."',
    ],
  },
  {
    sentence: 'refuses a filter that is none, a stranger and nobody',
    act: async (scene) => [
      (await activity(scene, { from: 'yesterday' })).status,
      (await activity(scene, {}, 'neighbour')).status,
      (await activity(scene, {}, null)).status,
    ],
    seen: [400, 404, 401],
  },
  {
    sentence: 'gives the devices of a job by their keys',
    act: async (scene) => {
      await scene.device('-cmd', { version: '1.0.0' })
      const { id } = await scene.firmware(80)
      const job = await scene.job(id, ['online-1', 'offline-1', '-cmd'])
      const answer = await tasks(scene, job.id)
      const rows = rowsOf(answer)
      return [rows.length, rows.slice(1, 4).map((row) => row.split(',').slice(0, 3).join(','))]
    },
    seen: [
      5,
      [
        "'-cmd,init,Waiting to be pushed.",
        'offline-1,init,Waiting to be pushed.',
        'online-1,init,Waiting to be pushed.',
      ],
    ],
  },
  {
    sentence: 'gives no devices of a job that is none, to a stranger or to nobody',
    act: async (scene) => [
      (await tasks(scene, NOBODY)).status,
      (await tasks(scene, NOBODY, 'neighbour')).status,
      (await tasks(scene, NOBODY, null)).status,
    ],
    seen: [404, 404, 401],
  },
]
