import { Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router-dom'

import type { SavedPolicy } from '#contract/manage/policies.ts'
import { percentDone } from '#domain/job.ts'
import { ActionLink } from '#src/components/ActionButton.tsx'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { EditProblem } from '#src/components/EditProblem.tsx'
import { DONE } from '#src/components/LeaveGuard.tsx'
import { JobSection } from '#src/components/JobSection.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Time } from '#src/components/Time.tsx'
import { jobListQuery } from '#src/features/jobs/queries.ts'
import { useMyDraft, useRight } from '#src/features/session/queries.ts'
import { counted } from '#src/lib/bytes.ts'
import { showRefused } from '#src/lib/first-error.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg, useParam } from '#src/lib/use-org.ts'
import { whyNot } from '#src/lib/why.ts'
import { PolicyForm } from './PolicyForm.tsx'
import { deletePolicy, policyQuery, replacePolicy } from './queries.ts'
import { placed, usePolicyForm } from './use-policy-form.ts'

export default function PolicyPage() {
  const org = useOrg()
  const policyId = useParam('policyId')
  const saved = useQuery(policyQuery(org, policyId))
  const back = { to: paths.policies(org), label: 'Upgrade Policies' }
  const { data } = saved
  // what was typed is kept until it is saved, or given up for the newer version
  const [begun, setBegun] = useState(0)
  const reload = async () => {
    await saved.refetch()
    setBegun((n) => n + 1)
  }
  return (
    <>
      <PageHeader
        title={data?.name ?? 'Upgrade policy'}
        back={back}
        actions={data && <PolicyActs org={org} policy={data} />}
      >
        {data && (
          <>
            {counted(data.jobCount, 'job')} took it. Changed <Time at={data.updatedAt} />
          </>
        )}
      </PageHeader>
      <Resource noun="this policy" query={saved} wayOut={{ to: back.to, label: 'All upgrade policies' }}>
        {(policy) => (
          <Stack gap="lg">
            <Editor key={`${policyId} ${begun}`} org={org} saved={policy} reload={() => void reload()} />
            <UsedBy org={org} policy={policy} />
          </Stack>
        )}
      </Resource>
    </>
  )
}

interface EditorProps {
  org: string
  saved: SavedPolicy
  reload: () => void
}

function Editor({ org, saved, reload }: EditorProps) {
  const mayWrite = useRight('policy.write', org)
  // the version that was read when writing began: a newer one in the background is somebody else's work
  const [read, setRead] = useState(saved.version)
  const form = usePolicyForm({ name: saved.name, description: saved.description, policy: saved.policy })
  const draft = useMyDraft(`${org} policy ${saved.id}`, form, read)
  const replace = useMutation({
    ...replacePolicy(org, saved.id),
    onSuccess: ({ name, description, policy, version: next }) => {
      notifications.show({ message: `${name} is saved` })
      setRead(next)
      draft.forget()
      form.setInitialValues({ name, description, policy })
      form.reset()
    },
    onError: ({ problem }) => showRefused(form, placed(problem.fields ?? {})),
  })
  return (
    <PolicyForm
      form={form}
      draft={draft}
      whyNot={whyNot(mayWrite)}
      isSaving={replace.isPending}
      save={(values) => replace.mutate({ ...values, version: draft.base ?? read })}
      refused={
        <EditProblem
          error={replace.error}
          values={form.values}
          giveUp={() => {
            draft.forget()
            reload()
          }}
        />
      }
    />
  )
}

function UsedBy({ org, policy: { id } }: { org: string; policy: SavedPolicy }) {
  return (
    <JobSection
      org={org}
      title="Used by"
      label="Jobs that took this policy"
      query={useQuery(jobListQuery(org, { policy: id }))}
      percentOf={percentDone}
      none="No job has taken it yet"
      all={paths.jobs(org, { policy: id })}
    />
  )
}

function PolicyActs({ org, policy: { id, name, jobCount } }: { org: string; policy: SavedPolicy }) {
  const navigate = useNavigate()
  const mayWrite = useRight('policy.write', org)
  const remove = useMutation({
    ...deletePolicy(org, id),
    onSuccess: () => {
      notifications.show({ message: `${name} is deleted` })
      void navigate(paths.policies(org), DONE)
    },
  })
  return (
    <>
      <ActionLink variant="default" to={paths.policyNew(org, { from: id })} whyNot={whyNot(mayWrite)}>
        Clone
      </ActionLink>
      <ConfirmButton act="Delete" title={`Delete ${name}?`} mutation={remove} whyNot={whyNot(mayWrite)} dangerous>
        <Text size="sm">
          {jobCount === 0
            ? 'No job has taken it.'
            : `${counted(jobCount, 'job')} took it and ${jobCount === 1 ? 'keeps its' : 'keep their'} copy.`}{' '}
          New jobs can no longer choose it. This cannot be undone.
        </Text>
      </ConfirmButton>
    </>
  )
}
