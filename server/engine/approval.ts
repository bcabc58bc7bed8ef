import { mayApprove, mayUpgradeWith } from '#domain/job.ts'
import type { Actor } from '#server/ports.ts'
import type { JobAsk } from '#server/ports-engine.ts'

import { mayAct, type Acting } from './job-acts.ts'
import { change } from './make-job.ts'
import { ofOrg, orRefuse } from './refuse.ts'

const VERDICTS = {
  approve: { event: 'approve', verb: 'approved' },
  reject: { event: 'giveBack', verb: 'rejected' },
} as const

/** A second person lets the start happen, or gives the job back. */
export async function judge(acting: Acting, of: JobAsk, verdict: keyof typeof VERDICTS, actor: Actor): Promise<void> {
  await change(acting, async (work) => {
    await work.loadJobs([of.jobId])
    const job = ofOrg(work.jobs.get(of.jobId), of.orgId, 'Job')
    orRefuse(mayApprove(job, job.approvalAskedBy?.id ?? null, actor.id))
    // since it was asked for, the firmware may have failed its verification
    if (verdict === 'approve' && job.type === 'upgrade') orRefuse(mayUpgradeWith(job.firmware))
    const { event, verb } = VERDICTS[verdict]
    work.moveJob(job, event, { verb, actor, at: work.now })
  })
}

/** Whoever may write the job takes the request back. */
export async function withdraw(acting: Acting, of: JobAsk, actor: Actor): Promise<void> {
  await change(acting, async (work) => {
    const job = await mayAct(work, of, 'withdraw')
    work.moveJob(job, 'giveBack', { verb: 'withdrawn', actor, at: work.now })
  })
}
