import type { Task } from '#contract/manage/jobs.ts'
import type { EngineReads, JobCore } from '#server/ports-engine.ts'

import { breathe } from './scope.ts'
import type { Views } from './views.ts'

/** Tasks that are read and judged at once: with why they wait, some milliseconds. */
const PAGE = 250

/** Every task of a job by its device key, as the API shows them, some at a time. */
export async function* allTasks(read: EngineReads, views: Views, job: JobCore): AsyncGenerator<readonly Task[]> {
  let after: string | undefined
  for (let more = true; more;) {
    const position = after === undefined ? ({ at: 'first' } as const) : ({ at: 'after', key: [after] } as const)
    const page = await read.taskPage(job.id, {}, { position, limit: PAGE, order: 'asc' })
    yield await views.show(job, page.items)
    after = page.items.at(-1)?.deviceKey
    more = page.hasNext
    await breathe()
  }
}
