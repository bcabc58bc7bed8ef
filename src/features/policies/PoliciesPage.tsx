import { Anchor, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import { policies, type SavedPolicy } from '#contract/manage/policies.ts'
import { ActionLink } from '#src/components/ActionButton.tsx'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { Empty } from '#src/components/Empty.tsx'
import { PagedList } from '#src/components/PagedList.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { SearchBox } from '#src/components/SearchBox.tsx'
import { StateBadge } from '#src/components/StateBadge.tsx'
import { Time } from '#src/components/Time.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { count, counted } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { readSearch, useUrl } from '#src/lib/use-url.ts'
import { whyNot } from '#src/lib/why.ts'
import { policyListQuery } from './queries.ts'
import { sentenceOf } from './words.ts'

export default function PoliciesPage() {
  const org = useOrg()
  const { search, change } = useUrl()
  const filter = readSearch(policies.list.query, search)
  const list = useQuery(policyListQuery(org, filter))
  const mayWrite = useRight('policy.write', org)
  const create = (
    <ActionLink to={paths.policyNew(org)} whyNot={whyNot(mayWrite)}>
      New policy
    </ActionLink>
  )
  return (
    <>
      <PageHeader title="Upgrade Policies" actions={create}>
        How a rollout goes, saved for many jobs. A job keeps the copy that it took.
      </PageHeader>
      <Group mb="sm">
        <SearchBox
          label="Search by policy name"
          placeholder="Enter policy name"
          value={filter.q}
          search={(q) => change({ q }, { replace: true })}
        />
      </Group>
      <PagedList
        noun="policy"
        plural="policies"
        query={list}
        empty={filter.q ? <Empty title="No policy of this name" /> : <NoPolicies />}
      >
        {(items) => (
          <DataTable label="Upgrade Policies" columns={['Name', 'How', 'Jobs', 'Changed']}>
            {items.map((policy) => (
              <PolicyRow key={policy.id} org={org} item={policy} />
            ))}
          </DataTable>
        )}
      </PagedList>
    </>
  )
}

const NoPolicies = () => (
  <Empty title="No upgrade policies yet">
    Save how your rollouts go: at night, a few devices first, halting when too many fail. New jobs can then take it.
  </Empty>
)

function PolicyRow({ org, item }: { org: string; item: SavedPolicy }) {
  const { id, name, description, policy, warnings, jobCount, updatedAt } = item
  return (
    <tr>
      <RowHeader>
        <Anchor component={Link} to={paths.policy(org, id)} inherit>
          {name}
        </Anchor>
      </RowHeader>
      <td data-wraps>
        {sentenceOf(policy)}
        {description && (
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        )}
        {warnings.length > 0 && (
          <Text size="xs" component="div">
            <StateBadge tone="warning">{counted(warnings.length, 'warning')}</StateBadge>
          </Text>
        )}
      </td>
      <td>{count(jobCount)}</td>
      <td>
        <Time at={updatedAt} />
      </td>
    </tr>
  )
}
