import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'

import { jobs, type Job, type TaskStatus } from '#contract/manage/jobs.ts'
import { Empty } from '#src/components/Empty.tsx'
import { FAILURE_LABELS } from '#src/components/failure-labels.ts'
import { KeysetPager } from '#src/components/KeysetPager.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { SearchBox } from '#src/components/SearchBox.tsx'
import { TASK_WORDS } from '#src/components/TaskBadge.tsx'
import { readSearch, useUrl } from '#src/lib/use-url.ts'
import { BulkActs } from './BulkActs.tsx'
import { taskListQuery } from './queries.ts'
import { TaskTable } from './TaskTable.tsx'
import { useChosen } from './use-chosen.ts'

interface Props {
  org: string
  job: Job
  status: TaskStatus
}

const PAGE_SIZE = 50

/** The devices of one tab: search, acts on many, rows, pages. */
export function TaskList({ org, job, status }: Props) {
  const { search, change } = useUrl()
  const { q, cursor, limit, failure: asked } = readSearch(jobs.tasks.query, search)
  const failure = status === 'failed' ? asked : undefined
  const filter = {
    status,
    ...(failure && { failure }),
    ...(q && { q }),
    ...(cursor && { cursor }),
    ...(limit && { limit }),
  }
  const list = useQuery(taskListQuery(org, job.id, filter))
  const place = usePlace(list.isPlaceholderData, cursor)
  const { chosen, choose, chooseAll, forget } = useChosen(list.data?.items)
  const look = useCallback((device: string) => change({ device }, { keepPage: true }), [change])
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs" data-screen>
        <SearchBox
          label="Search by device key"
          placeholder="Enter device key"
          value={q}
          search={(next) => change({ q: next }, { replace: true })}
        />
        <BulkActs
          org={org}
          job={job}
          status={status}
          chosen={chosen}
          isSearched={Boolean(q ?? failure)}
          forget={forget}
        />
      </Group>
      {failure && (
        <Group gap="xs">
          <Text size="sm">Only: {FAILURE_LABELS[failure]}</Text>
          <Button size="compact-xs" variant="default" onClick={() => change({ failure: undefined })} data-screen>
            All failures
          </Button>
        </Group>
      )}
      <Resource
        noun="devices"
        query={list}
        isEmpty={({ items }) => items.length === 0}
        empty={<Empty title={q ? 'No device key begins with this' : nobody(status)} />}
      >
        {(page) => (
          <>
            <TaskTable
              // a page that was turned to is drawn as one that was opened: its first rows first
              key={`${status} ${place}`}
              org={org}
              job={job}
              label={TASK_WORDS[status]}
              tasks={page.items}
              chosen={chosen}
              choose={choose}
              chooseAll={chooseAll}
              look={look}
            />
            <KeysetPager
              noun="device"
              page={page}
              go={(next) => change({ cursor: next })}
              size={{
                value: limit ?? PAGE_SIZE,
                choose: (rows) => change({ limit: rows === PAGE_SIZE ? undefined : String(rows) }),
              }}
            />
          </>
        )}
      </Resource>
    </Stack>
  )
}

/** Where the rows that are shown begin: until those of another page are there, the former ones stay. */
function usePlace(isFormer: boolean, cursor = ''): string {
  const [place, setPlace] = useState(cursor)
  if (!isFormer && place !== cursor) setPlace(cursor)
  return isFormer ? place : cursor
}

function nobody(status: TaskStatus): string {
  const sentences: Record<TaskStatus, string> = {
    init: 'No device is waiting to be pushed',
    published: 'No device was pushed and is still to begin',
    upgrading: 'No device is upgrading',
    succeeded: 'No device has been upgraded yet',
    failed: 'No device has failed',
    skipped: 'No device was skipped',
  }
  return sentences[status]
}
