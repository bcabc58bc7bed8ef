import type { Actor } from '#server/ports.ts'

import type { Acting } from './job-acts.ts'
import { Work } from './work.ts'

/**
 * Stops every started job of an organisation in one transaction: from its commit on nothing is dispatched.
 * Devices under way go on, as when one job is stopped.
 * @returns how many jobs were stopped
 */
export async function stopAll({ store, now, settle }: Acting, orgId: string, actor: Actor): Promise<number> {
  const { stopped, aftermath } = await store.transact(async (tx) => {
    const work = new Work(tx, now())
    const ids = (await tx.startedJobs()).filter((job) => job.orgId === orgId).map(({ id }) => id)
    await work.loadJobs(ids)
    // those that are being made are not started when that is done
    for (const job of await tx.passingJobs())
      if (job.orgId === orgId && job.phase === 'making') {
        job.version += 1
        work.keepJob(job)
      }
    for (const job of work.jobs.values())
      work.moveJob(job, 'stop', { verb: 'stopped', actor, at: work.now, why: 'Emergency stop.' })
    work.log({
      orgId,
      actor,
      at: work.now,
      object: { kind: 'org', id: orgId },
      action: 'org.emergencyStopped',
      summary: `Emergency stop: ${ids.length} ${ids.length === 1 ? 'job' : 'jobs'} stopped.`,
      data: { jobs: ids },
    })
    return { stopped: ids.length, aftermath: await work.save() }
  })
  settle(aftermath)
  return stopped
}
