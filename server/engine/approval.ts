import { mayApprove, mayUpgradeWith } from '#domain/job.ts'
import type { Actor } from '#server/ports.ts'
import type { JobAsk } from '#server/ports-engine.ts'

import { mayAct, type Acting } from './job-acts.ts'
import { ofOrg, orRefuse } from './refuse.ts'
import { Work } from './work.ts'

const VERDICTS = {
  approve: { event: 'approve', verb: 'approved' },
  reject: { event: 'giveBack', verb: 'rejected' },
} as const

/** A second person lets the start happen, or gives the job back. */
export async function judge(
  { store, now, settle }: Acting,
  of: JobAsk,
  verdict: keyof typeof VERDICTS,
  actor: Actor,
): Promise<void> {
  const aftermath = await store.transact(async (tx) => {
    const work = new Work(tx, now())
    await work.loadJobs([of.jobId])
    const job = ofOrg(work.jobs.get(of.jobId), of.orgId, 'Job')
    orRefuse(mayApprove(job, job.approvalAskedBy?.id ?? null, actor.id))
    // since it was asked for, the firmware may have failed its verification
    if (verdict === 'approve' && job.type === 'upgrade') orRefuse(mayUpgradeWith(job.firmware))
    const { event, verb } = VERDICTS[verdict]
    work.moveJob(job, event, { verb, actor, at: work.now })
    return work.save()
  })
  settle(aftermath)
}

/** Whoever may write the job takes the request back. */
export async function withdraw({ store, now, settle }: Acting, of: JobAsk, actor: Actor): Promise<void> {
  const aftermath = await store.transact(async (tx) => {
    const work = new Work(tx, now())
    const job = await mayAct(work, of, 'withdraw')
    work.moveJob(job, 'giveBack', { verb: 'withdrawn', actor, at: work.now })
    return work.save()
  })
  settle(aftermath)
}
