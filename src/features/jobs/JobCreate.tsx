import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'

import type { Firmware } from '#contract/manage/firmware.ts'
import type { JobType, Preview } from '#contract/manage/jobs.ts'
import { canTarget, canVerifyWith, mayUpgradeWith } from '#domain/can.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { DONE } from '#src/components/LeaveGuard.tsx'
import { useMyDraft } from '#src/features/session/queries.ts'
import { showRefused, toFirstError } from '#src/lib/first-error.ts'
import { paths } from '#src/lib/paths.ts'
import { whyNot } from '#src/lib/why.ts'
import { JobForm } from './JobForm.tsx'
import { createJob } from './queries.ts'
import { besideTheirFields, orderOf, useJobForm, type JobValues } from './use-job-form.ts'
import { usePreview } from './use-preview.ts'
import { startedWords } from './words.ts'

interface Props {
  org: string
  type: JobType
  firmware: Firmware
  begin: JobValues
  /** What its draft is known by. */
  of: string
}

/** The form of a job that does not exist yet. */
export function JobCreate({ org, type, firmware, begin, of }: Props) {
  const navigate = useNavigate()
  const form = useJobForm(type, firmware, begin)
  const draft = useMyDraft(`${org} job ${of}`, form)
  const previewed = usePreview(org, type, firmware, form.values)
  const create = useMutation({
    ...createJob(org),
    onSuccess: (job) => {
      draft.forget()
      notifications.show({ message: startedWords(job) })
      void navigate(paths.job(org, job.id), DONE)
    },
    onError: ({ problem }) => showRefused(form, besideTheirFields(problem.fields ?? {})),
  })
  const save = (start: boolean) => (values: JobValues) =>
    create.mutate({ type, firmwareId: firmware.id, ...orderOf(values), start })
  const notSaved = whyNotSaved(type, firmware, form.values, previewed.preview)
  const mayStart = type === 'upgrade' ? whyNot(mayUpgradeWith({ deleted: false, ...firmware })) : undefined
  const isPending = (start: boolean) => create.isPending && create.variables.start === start
  return (
    <JobForm
      {...{ org, type, firmware, form, draft, previewed }}
      refused={<FormProblem error={create.error} values={form.getValues()} />}
      actions={
        <>
          <ActionButton
            variant="default"
            whyNot={notSaved}
            loading={isPending(false)}
            onClick={() => form.onSubmit(save(false), toFirstError)()}
          >
            Save
          </ActionButton>
          <ActionButton
            whyNot={notSaved ?? mayStart}
            loading={isPending(true)}
            onClick={() => form.onSubmit(save(true), toFirstError)()}
          >
            Save and start
          </ActionButton>
        </>
      }
    />
  )
}

/** In the words of the server, which asks the same. */
function whyNotSaved(
  type: JobType,
  firmware: Firmware,
  { scope, policy }: JobValues,
  preview: Preview | undefined,
): string | undefined {
  const verification = type === 'verify' ? canVerifyWith(new Set(scope.deviceKeys).size, firmware.verification) : true
  const target = preview ? canTarget(preview.matched, policy.list) : 'The devices are still being counted.'
  return whyNot(verification, target)
}
