import { Anchor, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { jobs as api, JobState, JobType } from '#contract/manage/jobs.ts'
import { percentDone } from '#domain/job.ts'
import { ActionLink } from '#src/components/ActionButton.tsx'
import { Empty } from '#src/components/Empty.tsx'
import { FilterSelect } from '#src/components/FilterSelect.tsx'
import { JOB_TYPE_WORDS, JOB_WORDS } from '#src/components/JobBadge.tsx'
import { JobTable } from '#src/components/JobTable.tsx'
import { PagedList } from '#src/components/PagedList.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { ProductFilter } from '#src/components/ProductFilter.tsx'
import { SearchBox } from '#src/components/SearchBox.tsx'
import { productChoiceQuery } from '#src/features/products/queries.ts'
import { useRight } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { readSearch, useUrl } from '#src/lib/use-url.ts'
import { whyNot } from '#src/lib/why.ts'
import { jobListQuery } from './queries.ts'

export default function JobsPage() {
  const org = useOrg()
  const { search } = useUrl()
  const filter = readSearch(api.list.query, search)
  const list = useQuery(jobListQuery(org, filter))
  const mayWrite = useRight('job.write', org)
  const isFiltered = Boolean(filter.q ?? filter.type ?? filter.state ?? filter.product ?? filter.firmware)
  const create = (
    <ActionLink to={paths.jobNew(org)} whyNot={whyNot(mayWrite)}>
      New job
    </ActionLink>
  )
  return (
    <>
      <PageHeader title="OTA Jobs" actions={create} />
      <Filters org={org} filter={filter} />
      <PagedList noun="job" query={list} empty={isFiltered ? <NoMatch /> : <NoJobs />}>
        {(items) => <JobTable org={org} label="OTA Jobs" jobs={items} percentOf={percentDone} />}
      </PagedList>
    </>
  )
}

const NoMatch = () => <Empty title="No job matches">Shorten the name or show all products, types and states.</Empty>

const NoJobs = () => (
  <Empty title="No jobs yet">Upload firmware first; a verification job then tries it on a few devices.</Empty>
)

type Filter = ReturnType<typeof readSearch<typeof api.list.query>>

function Filters({ org, filter }: { org: string; filter: Filter }) {
  const { change } = useUrl()
  const products = useQuery(productChoiceQuery(org)).data?.items
  return (
    <Group mb="sm" gap="xs">
      <SearchBox
        label="Search by job name"
        placeholder="Enter job name"
        value={filter.q}
        search={(q) => change({ q }, { replace: true })}
      />
      <FilterSelect
        label="Job Type"
        all="All types"
        options={JobType.options.map((value) => ({ value, label: JOB_TYPE_WORDS[value] }))}
        value={filter.type}
        choose={(type) => change({ type })}
      />
      <FilterSelect
        label="Job Status"
        all="All states"
        options={JobState.options.map((value) => ({ value, label: JOB_WORDS[value] }))}
        value={filter.state}
        choose={(state) => change({ state })}
      />
      <ProductFilter products={products} value={filter.product} choose={(product) => change({ product })} />
      {filter.firmware && (
        <Anchor component="button" type="button" size="sm" onClick={() => change({ firmware: undefined })}>
          Jobs of every firmware
        </Anchor>
      )}
    </Group>
  )
}
