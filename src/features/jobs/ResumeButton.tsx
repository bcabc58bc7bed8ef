import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { schemaResolver, useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'

import { jobs, type Job } from '#contract/manage/jobs.ts'
import { jobCan } from '#domain/can.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { counted } from '#src/lib/bytes.ts'
import { showRefused, toFirstError } from '#src/lib/first-error.ts'
import { whyNot } from '#src/lib/why.ts'
import { resumeJob } from './queries.ts'
import { useJobFacts } from './use-job-facts.ts'

const check = schemaResolver(jobs.resume.body, { sync: true })

/** Goes on after the halt rule: whoever does that says why, and it stands in the log. */
export function ResumeButton({ org, job }: { org: string; job: Job }) {
  const [isOpen, { open, close }] = useDisclosure()
  const mayWrite = useRight('job.write', org)
  const facts = useJobFacts(org, job)
  return (
    <>
      <ActionButton whyNot={whyNot(mayWrite, jobCan.resume(facts))} onClick={open}>
        Resume
      </ActionButton>
      <Modal opened={isOpen} onClose={close} title={`Resume ${job.name}?`}>
        <ResumeForm org={org} job={job} close={close} />
      </Modal>
    </>
  )
}

function ResumeForm({ org, job, close }: { org: string; job: Job; close: () => void }) {
  const form = useForm({ initialValues: { reason: '' }, validate: (values) => check(values) })
  const resume = useMutation({
    ...resumeJob(org, job.id),
    onSuccess: ({ name }) => {
      notifications.show({ message: `${name} is resumed` })
      close()
    },
    onError: ({ problem }) => showRefused(form, problem.fields),
  })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => resume.mutate(values), toFirstError)}>
      <Stack>
        <Text size="sm">
          {counted(job.counts.failed, 'device')} failed so far, {counted(job.counts.init, 'device')} still wait. The
          halt rule counts anew from here.
        </Text>
        <FormProblem error={resume.error} values={form.values} />
        <Textarea label="Why it may go on" autosize minRows={2} data-autofocus {...form.getInputProps('reason')} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Back
          </Button>
          <Button type="submit" loading={resume.isPending}>
            Resume
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
