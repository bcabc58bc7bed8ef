import { Tabs } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'

import { TaskStatus, type Job } from '#contract/manage/jobs.ts'
import { TASK_WORDS } from '#src/components/TaskBadge.tsx'
import { count } from '#src/lib/bytes.ts'
import { useUrl } from '#src/lib/use-url.ts'
import { TaskList } from './TaskList.tsx'
import styles from './TaskTabs.module.css'

/** The five tabs of a job, and a sixth when devices were skipped. */
const FIVE: readonly TaskStatus[] = ['init', 'published', 'upgrading', 'succeeded', 'failed']

/** Where five tabs would break into uneven lines: they stand below each other, so that every count is in sight. */
const NARROW = '(max-width: 30em)'

export function TaskTabs({ org, job }: { org: string; job: Job }) {
  const { search, change } = useUrl()
  // decided once, so that no change of the counts moves the operator to another tab
  const [begin] = useState(() => firstTab(job))
  const tab = TaskStatus.safeParse(search.get('tab')).data ?? begin
  const isNarrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  const shown = job.counts.skipped > 0 || tab === 'skipped' ? [...FIVE, 'skipped' as const] : FIVE
  return (
    <Tabs
      value={tab}
      // what failed is another question on another tab
      onChange={(next) => change({ tab: next ?? undefined, failure: undefined })}
      keepMounted={false}
      orientation={isNarrow ? 'vertical' : 'horizontal'}
      classNames={{ root: styles['root'] ?? '', tab: styles['tab'] ?? '' }}
    >
      <Tabs.List aria-label="Devices by state">
        {shown.map((status) => (
          <Tabs.Tab key={status} value={status}>
            {TASK_WORDS[status]} ({count(job.counts[status])})
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab} pt="sm">
        <TaskList key={tab} org={org} job={job} status={tab} />
      </Tabs.Panel>
    </Tabs>
  )
}

/** The tab that has something to see: of a job that ended or was halted its failures first, else the way of a device. */
export function firstTab({ state, counts }: Pick<Job, 'state' | 'counts'>): TaskStatus {
  const isOver = state === 'completed' || state === 'halted'
  const order: TaskStatus[] = isOver
    ? ['failed', 'succeeded', 'upgrading', 'published', 'init', 'skipped']
    : ['init', 'published', 'upgrading', 'failed', 'succeeded', 'skipped']
  return order.find((status) => counts[status] > 0) ?? 'init'
}
