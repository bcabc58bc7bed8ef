import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { TaskStatus } from '#contract/manage/jobs.ts'
import { GateChain } from '#src/components/GateChain.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { StateBadge } from '#src/components/StateBadge.tsx'
import { TASK_WORDS } from '#src/components/TaskBadge.tsx'
import { paths } from '#src/lib/paths.ts'
import { whyQuery } from './queries.ts'
import styles from './WhyNotUpdated.module.css'

/** The gate chain's own answer, for each unfinished job that has this device. */
export function WhyNotUpdated({ org, deviceId }: { org: string; deviceId: string }) {
  const why = useQuery(whyQuery(org, deviceId))
  return (
    <Section title="Why not updated?">
      <Resource
        noun="the answer"
        query={why}
        height={48}
        isEmpty={({ items }) => items.length === 0}
        empty={<Text size="sm">No unfinished job has this device, so nothing is on its way to it.</Text>}
      >
        {({ items }) => (
          <ul className={styles['list']} aria-label="Unfinished jobs with this device">
            {items.map(({ jobId, jobName, status, verdict }) => (
              <li key={jobId}>
                <Anchor component={Link} to={paths.job(org, jobId)} size="sm" fw={500}>
                  {jobName}
                </Anchor>
                <StateBadge tone={status === 'init' ? 'waiting' : 'moving'}>
                  {TASK_WORDS[status as TaskStatus] ?? status}
                </StateBadge>
                <GateChain verdict={verdict} />
              </li>
            ))}
          </ul>
        )}
      </Resource>
    </Section>
  )
}
