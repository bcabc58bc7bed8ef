import { useQuery } from '@tanstack/react-query'

import { activity, type ActivityEntry } from '#contract/manage/activity.ts'
import { DownloadLink } from '#src/components/ActionButton.tsx'
import { DataTable } from '#src/components/DataTable.tsx'
import { Empty } from '#src/components/Empty.tsx'
import { PagedList } from '#src/components/PagedList.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { useOrg } from '#src/lib/use-org.ts'
import { readSearch, useUrl } from '#src/lib/use-url.ts'
import { ActivityFilters } from './ActivityFilters.tsx'
import { ActivityRow } from './ActivityRow.tsx'
import { activityCsvAddress, activityQuery } from './queries.ts'

const COLUMNS = ['When', 'What happened', 'Object', 'By', 'From']

export default function ActivityPage() {
  const org = useOrg()
  const { search, change } = useUrl()
  const filter = readSearch(activity.list.query, search)
  const { actor, object, action, from, to } = filter
  const narrowed = { actor, object, action, from, to }
  const list = useQuery(activityQuery(org, filter))
  const isFiltered = Object.values(narrowed).some(Boolean)
  return (
    <>
      <PageHeader
        title="Activity"
        actions={<DownloadLink to={activityCsvAddress(org, narrowed)}>Export as CSV</DownloadLink>}
      >
        Who did what, when, to what and from where. Nothing here can be changed.
      </PageHeader>
      <ActivityFilters filter={narrowed} entries={list.data?.items ?? NONE} />
      <PagedList
        noun="entry"
        plural="entries"
        query={list}
        empty={
          isFiltered ? (
            <Empty title="Nothing matches">Show all people, objects and acts, or another time.</Empty>
          ) : (
            <Empty title="Nothing has happened yet">What people do in this organisation is kept here.</Empty>
          )
        }
      >
        {(items) => (
          <DataTable label="Activity" columns={COLUMNS}>
            {items.map((entry) => (
              <ActivityRow key={entry.id} org={org} entry={entry} narrow={change} />
            ))}
          </DataTable>
        )}
      </PagedList>
    </>
  )
}

const NONE: readonly ActivityEntry[] = []
