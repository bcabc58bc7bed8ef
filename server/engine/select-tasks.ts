import type { TaskSelection } from '#contract/manage/jobs.ts'
import { canCancelTask, canRetryTask, mayActOn, nothingDone, type Allowed, type BulkAct } from '#domain/can.ts'
import { DEVICE_GONE } from '#domain/registry.ts'
import type { TaskFacts } from '#domain/task.ts'
import type { Actor } from '#server/ports.ts'
import type { EngineTx, JobAsk, TaskRecord } from '#server/ports-engine.ts'

import { ACT_BATCH, type Acting } from './job-acts.ts'
import { ofOrg, orRefuse } from './refuse.ts'
import { breathe } from './scope.ts'
import { Work } from './work.ts'

const MAY: Readonly<Record<BulkAct, (task: Pick<TaskFacts, 'status' | 'skipReason'>) => Allowed>> = {
  cancel: canCancelTask,
  retry: canRetryTask,
}

/** Goes through a selection some tasks at a time; `next` answers none when it has come to the end. */
function batchesOf(selection: TaskSelection): (tx: EngineTx, jobId: string) => Promise<TaskRecord[]> {
  if ('all' in selection) return allOf(selection)
  const ids = [...new Set(selection.deviceIds)]
  return (tx, jobId) => tx.tasks(jobId, ids.splice(0, ACT_BATCH))
}

function allOf(of: Extract<TaskSelection, { all: true }>): (tx: EngineTx, jobId: string) => Promise<TaskRecord[]> {
  let after = ''
  return async (tx, jobId) => {
    const tasks = await tx.tasksAfter(jobId, of, after, ACT_BATCH)
    after = tasks.at(-1)?.deviceKey ?? after
    return tasks
  }
}

/**
 * Cancels or retries the selected tasks, in batches, so that devices can report in between.
 * Those that the rules do not let are left as they are; when they let none of those found, it is refused.
 * @returns how many tasks were changed
 */
export async function actOnTasks(
  { store, now, settle }: Acting,
  act: BulkAct,
  { of, selection, actor }: { of: JobAsk; selection: TaskSelection; actor: Actor },
): Promise<number> {
  const next = batchesOf(selection)
  let affected = 0
  let refused: Allowed = true
  for (let first = true, left = true; left; first = false) {
    const aftermath = await store.transact(async (tx) => {
      const work = new Work(tx, now())
      await work.loadJobs([of.jobId])
      if (first) orRefuse(mayActOn(act, ofOrg(work.jobs.get(of.jobId), of.orgId, 'Job'), selection))
      const tasks = await next(tx, of.jobId)
      left = tasks.length > 0
      await work.loadDevices(tasks.map(({ deviceId }) => deviceId))
      for (const task of tasks) {
        const allowed = work.devices.has(task.deviceId) ? MAY[act](task.facts) : DEVICE_GONE
        if (allowed !== true) refused = allowed
        else if (work.apply(task, { type: act, at: work.now }, actor).kind === 'changed') affected += 1
      }
      return work.save()
    })
    settle(aftermath)
    await breathe()
  }
  if (affected === 0) orRefuse(nothingDone(act, selection, refused))
  return affected
}
