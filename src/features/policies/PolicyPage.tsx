import { Anchor, Button, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router-dom'

import type { SavedPolicy } from '#contract/manage/policies.ts'
import { ActionLink } from '#src/components/ActionButton.tsx'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { DONE } from '#src/components/LeaveGuard.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Time } from '#src/components/Time.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { counted } from '#src/lib/bytes.ts'
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
      <Resource
        noun="this policy"
        query={saved}
        wayOut={
          <Anchor component={Link} to={back.to}>
            All upgrade policies
          </Anchor>
        }
      >
        {(policy) => <Editor key={`${policyId} ${begun}`} org={org} saved={policy} reload={() => void reload()} />}
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
  const [version, setVersion] = useState(saved.version)
  const form = usePolicyForm({ name: saved.name, description: saved.description, policy: saved.policy })
  const replace = useMutation({
    ...replacePolicy(org, saved.id),
    onSuccess: ({ name, description, policy, version: next }) => {
      notifications.show({ message: `${name} is saved` })
      setVersion(next)
      form.setInitialValues({ name, description, policy })
      form.reset()
    },
    onError: ({ problem }) => form.setErrors(placed(problem.fields ?? {})),
  })
  return (
    <PolicyForm
      form={form}
      whyNot={whyNot(mayWrite)}
      isSaving={replace.isPending}
      save={(values) => replace.mutate({ ...values, version })}
      refused={
        replace.error && (
          <Stack gap="xs" align="start">
            <FormProblem error={replace.error} values={form.values} />
            {replace.error.problem.code === 'stale' && (
              <Button variant="default" size="xs" onClick={reload}>
                Show the newer version and give up my changes
              </Button>
            )}
          </Stack>
        )
      }
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
