import { Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'

import { jobs, type Job, type TaskStatus } from '#contract/manage/jobs.ts'
import { Empty } from '#src/components/Empty.tsx'
import { KeysetPager } from '#src/components/KeysetPager.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { SearchBox } from '#src/components/SearchBox.tsx'
import { TASK_WORDS } from '#src/components/TaskBadge.tsx'
import { readSearch, useUrl } from '#src/lib/use-url.ts'
import { BulkActs } from './BulkActs.tsx'
import { taskListQuery } from './queries.ts'
import { TaskTable } from './TaskTable.tsx'

interface Props {
  org: string
  job: Job
  status: TaskStatus
}

/** The devices of one tab: search, acts on many, rows, pages. */
export function TaskList({ org, job, status }: Props) {
  const { search, change } = useUrl()
  const { q, cursor, limit } = readSearch(jobs.tasks.query, search)
  const filter = { status, ...(q && { q }), ...(cursor && { cursor }), ...(limit && { limit }) }
  const list = useQuery(taskListQuery(org, job.id, filter))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const choose = useCallback((deviceId: string, isChosen: boolean) => {
    setChosen((before) => {
      const next = new Set(before)
      if (isChosen) next.add(deviceId)
      else next.delete(deviceId)
      return next
    })
  }, [])
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <SearchBox
          label="Search by device key"
          placeholder="Enter device key"
          value={q}
          search={(next) => change({ q: next }, { replace: true })}
        />
        <BulkActs org={org} job={job} status={status} chosen={chosen} forget={() => setChosen(new Set())} />
      </Group>
      <Resource
        noun="devices"
        query={list}
        isEmpty={({ items }) => items.length === 0}
        empty={<Empty title={q ? 'No device key begins with this' : nobody(status)} />}
      >
        {(page) => (
          <>
            <TaskTable
              org={org}
              job={job}
              label={TASK_WORDS[status]}
              tasks={page.items}
              chosen={chosen}
              choose={choose}
            />
            <KeysetPager noun="device" page={page} go={(next) => change({ cursor: next })} />
          </>
        )}
      </Resource>
    </Stack>
  )
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
