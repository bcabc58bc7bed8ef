import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'

import { PLAIN_POLICY } from '#domain/plain-policy.ts'
import { Forbidden } from '#src/components/Forbidden.tsx'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { DONE } from '#src/components/LeaveGuard.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { useMyDraft, useRight } from '#src/features/session/queries.ts'
import { showRefused } from '#src/lib/first-error.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { useUrl } from '#src/lib/use-url.ts'
import { PolicyForm } from './PolicyForm.tsx'
import { createPolicy, policyQuery } from './queries.ts'
import { placed, usePolicyForm, type PolicyValues } from './use-policy-form.ts'

const EMPTY: PolicyValues = { name: '', description: '', policy: PLAIN_POLICY }

/** A new policy, or one that begins as another's copy: `from` in the URL. */
export default function PolicyNewPage() {
  const org = useOrg()
  const from = useUrl().search.get('from') ?? undefined
  const mayWrite = useRight('policy.write', org)
  return (
    <>
      <PageHeader title="New upgrade policy" back={{ to: paths.policies(org), label: 'Upgrade Policies' }} />
      {mayWrite !== true && <Forbidden reason={mayWrite} />}
      {mayWrite === true &&
        (from === undefined ? <New key="new" org={org} of="new" begin={EMPTY} /> : <Clone org={org} from={from} />)}
    </>
  )
}

function Clone({ org, from }: { org: string; from: string }) {
  const source = useQuery(policyQuery(org, from))
  return (
    <Resource
      noun="the policy to copy"
      query={source}
      wayOut={{ to: paths.policies(org), label: 'All upgrade policies' }}
    >
      {({ name, description, policy }) => (
        <New
          key={from}
          org={org}
          of={`copy of ${from}`}
          begin={{ name: `${name} (copy)`.slice(0, 64), description, policy }}
        />
      )}
    </Resource>
  )
}

interface NewProps {
  org: string
  /** What its draft is known by. */
  of: string
  begin: PolicyValues
}

function New({ org, of, begin }: NewProps) {
  const navigate = useNavigate()
  const form = usePolicyForm(begin)
  const draft = useMyDraft(`${org} policy ${of}`, form)
  const create = useMutation({
    ...createPolicy(org),
    onSuccess: ({ id, name }) => {
      draft.forget()
      notifications.show({ message: `${name} is saved` })
      void navigate(paths.policy(org, id), DONE)
    },
    onError: ({ problem }) => showRefused(form, placed(problem.fields ?? {})),
  })
  return (
    <PolicyForm
      form={form}
      draft={draft}
      whyNot={undefined}
      isSaving={create.isPending}
      save={(values) => create.mutate(values)}
      refused={<FormProblem error={create.error} values={form.values} />}
    />
  )
}
