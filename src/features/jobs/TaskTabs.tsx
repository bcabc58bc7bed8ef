import { Tabs } from '@mantine/core'
import { useState } from 'react'

import { TaskStatus, type Job } from '#contract/manage/jobs.ts'
import { TASK_WORDS } from '#src/components/TaskBadge.tsx'
import { count } from '#src/lib/bytes.ts'
import { useUrl } from '#src/lib/use-url.ts'
import { TaskList } from './TaskList.tsx'
import styles from './TaskTabs.module.css'

/** The five tabs of a job, and a sixth when devices were skipped. */
const FIVE: readonly TaskStatus[] = ['init', 'published', 'upgrading', 'succeeded', 'failed']

export function TaskTabs({ org, job }: { org: string; job: Job }) {
  const { search, change } = useUrl()
  // decided once, so that no change of the counts moves the operator to another tab
  const [begin] = useState(() => firstTab(job))
  const tab = TaskStatus.safeParse(search.get('tab')).data ?? begin
  const shown = job.counts.skipped > 0 || tab === 'skipped' ? [...FIVE, 'skipped' as const] : FIVE
  return (
    <Tabs
      value={tab}
      onChange={(next) => change({ tab: next ?? undefined })}
      keepMounted={false}
      classNames={{ list: styles['list'] ?? '', tab: styles['tab'] ?? '' }}
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

/** What is worth seeing first: of a finished job its failures, else its successes; of another what still waits. */
function firstTab({ state, counts }: Job): TaskStatus {
  if (state !== 'completed') return 'init'
  return counts.failed > 0 ? 'failed' : 'succeeded'
}
