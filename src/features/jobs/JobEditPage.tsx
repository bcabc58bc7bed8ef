import { Grid } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router-dom'

import type { Firmware } from '#contract/manage/firmware.ts'
import type { JobDetail } from '#contract/manage/jobs.ts'
import { jobCan } from '#domain/can.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { EditProblem } from '#src/components/EditProblem.tsx'
import { Forbidden } from '#src/components/Forbidden.tsx'
import { DONE } from '#src/components/LeaveGuard.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { firmwareQuery } from '#src/features/firmware/queries.ts'
import { useMyDraft, useRight } from '#src/features/session/queries.ts'
import { showRefused, toFirstError } from '#src/lib/first-error.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg, useParam } from '#src/lib/use-org.ts'
import { whyNot } from '#src/lib/why.ts'
import { JobForm } from './JobForm.tsx'
import { jobQuery, updateJob } from './queries.ts'
import { useJobFacts } from './use-job-facts.ts'
import { besideTheirFields, useJobForm, valuesOf, type JobValues } from './use-job-form.ts'
import { usePreview } from './use-preview.ts'

/** Scope and policy of a job that does not run. Its type, name and firmware stay what they are. */
export default function JobEditPage() {
  const org = useOrg()
  const jobId = useParam('jobId')
  const job = useQuery(jobQuery(org, jobId))
  const mayWrite = useRight('job.write', org)
  // what was typed is kept until it is saved, or given up for the newer version
  const [begun, setBegun] = useState(0)
  const reload = async () => {
    await job.refetch()
    setBegun((n) => n + 1)
  }
  const back = { to: paths.job(org, jobId), label: job.data?.name ?? 'OTA Job' }
  return (
    <>
      <PageHeader title={job.data ? `Edit ${job.data.name}` : 'Edit job'} back={back} />
      {mayWrite !== true && <Forbidden reason={mayWrite} />}
      {mayWrite === true && (
        <Resource noun="this job" query={job} wayOut={{ to: paths.jobs(org), label: 'All jobs' }}>
          {(shown) => <WithFirmware key={begun} org={org} job={shown} reload={() => void reload()} />}
        </Resource>
      )}
    </>
  )
}

interface EditProps {
  org: string
  job: JobDetail
  reload: () => void
}

function WithFirmware(props: EditProps) {
  const firmware = useQuery(firmwareQuery(props.org, props.job.firmware.id))
  return (
    <Resource noun="the firmware of this job" query={firmware}>
      {(shown) => <Editor {...props} firmware={shown} />}
    </Resource>
  )
}

function Editor({ org, job, firmware, reload }: EditProps & { firmware: Firmware }) {
  const navigate = useNavigate()
  const facts = useJobFacts(org, job)
  // the version that was read when writing began: a newer one in the background is somebody else's work
  const [read] = useState(job.version)
  const form = useJobForm(job.type, firmware, valuesOf(job))
  const draft = useMyDraft(`${org} job ${job.id}`, form, read)
  const previewed = usePreview(org, job.type, firmware, form.values)
  const update = useMutation({
    ...updateJob(org, job.id),
    onSuccess: ({ id, name }) => {
      draft.forget()
      notifications.show({ message: `${name} is saved` })
      void navigate(paths.job(org, id), DONE)
    },
    onError: ({ problem }) => showRefused(form, besideTheirFields(problem.fields ?? {})),
  })
  const save = ({ scope, policy }: JobValues) =>
    update.mutate({
      // a scope that is given is matched again, a policy that is given is no longer the saved one
      ...(form.isDirty('scope') && { scope }),
      ...(form.isDirty('policy') && { policy }),
      version: draft.base ?? read,
    })
  const unchanged = form.isDirty() ? undefined : 'Nothing is changed yet.'
  return (
    <Grid gap="lg">
      <JobForm
        {...{ org, type: job.type, firmware, form, draft, previewed }}
        isEdit
        refused={
          <EditProblem
            error={update.error}
            values={form.getValues()}
            giveUp={() => {
              draft.forget()
              reload()
            }}
          />
        }
        actions={
          <ActionButton
            whyNot={whyNot(jobCan.edit(facts)) ?? unchanged}
            loading={update.isPending}
            onClick={() => form.onSubmit(save, toFirstError)()}
          >
            Save changes
          </ActionButton>
        }
      />
    </Grid>
  )
}
