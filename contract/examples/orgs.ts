import type { orgs as operations } from '../manage/orgs.ts'
import type { ExamplesOf } from './kit.ts'
import { inOrg, org } from './things.ts'

export const orgs: ExamplesOf<typeof operations> = {
  list: { reply: { items: [org] } },
  create: { body: { slug: 'hdb', name: 'Housing & Development Board', zone: 'Asia/Singapore' }, reply: org },
  view: { params: inOrg, reply: org },
  emergencyStop: { params: inOrg, reply: { stopped: 3 } },
}
