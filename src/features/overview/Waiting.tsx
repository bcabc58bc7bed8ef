import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router-dom'

import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { StateBadge, type Tone } from '#src/components/StateBadge.tsx'
import { firmwareListQuery } from '#src/features/firmware/queries.ts'
import { jobListQuery, type Job } from '#src/features/jobs/queries.ts'
import { sessionQuery, useRight } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import styles from './Waiting.module.css'

/** As many firmware as can be read at a glance; the list has them all. */
const SHOWN = 4

/** What goes on only when a person does something: approvals, halted jobs, firmware that was never tried. */
export function Waiting({ org }: { org: string }) {
  const approvals = useQuery(jobListQuery(org, { state: 'awaitingApproval' }))
  const halted = useQuery(jobListQuery(org, { state: 'halted' }))
  const unverified = useQuery(firmwareListQuery(org, { state: 'notVerified', limit: SHOWN }))
  const isIdle = [approvals, halted, unverified].every(({ data }) => data?.items.length === 0)
  return (
    <Section title="Waits for you">
      {isIdle && <Text size="sm">Nothing waits: no approval, no halted job, no unverified firmware.</Text>}
      <Resource noun="approvals" query={approvals} height={24} isEmpty={isNone}>
        {({ items }) => (
          <Lines label="Approvals">
            {items.map((job) => (
              <Approval key={job.id} org={org} job={job} />
            ))}
          </Lines>
        )}
      </Resource>
      <Resource noun="halted jobs" query={halted} height={24} isEmpty={isNone}>
        {({ items }) => (
          <Lines label="Halted jobs">
            {items.map((job) => (
              <Line key={job.id} tone="warning" to={paths.job(org, job.id)} name={job.name} says="is halted">
                {job.haltReason}
              </Line>
            ))}
          </Lines>
        )}
      </Resource>
      <Resource noun="unverified firmware" query={unverified} height={24} isEmpty={isNone}>
        {({ items, nextCursor }) => (
          <Lines label="Firmware to verify">
            {items.map(({ id, name, version, productName }) => (
              <Line
                key={id}
                tone="idle"
                to={paths.firmware(org, id)}
                name={`${name} ${version}`}
                says="is not verified"
              >
                {productName}
              </Line>
            ))}
            {nextCursor && (
              <li>
                <Anchor component={Link} to={paths.firmwareList(org, { state: 'notVerified' })} size="sm">
                  All firmware that is not verified
                </Anchor>
              </li>
            )}
          </Lines>
        )}
      </Resource>
    </Section>
  )
}

const isNone = ({ items }: { items: readonly unknown[] }) => items.length === 0

function Lines({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={styles['list']} aria-label={label}>
      {children}
    </ul>
  )
}

function Approval({ org, job: { id, name, approvalAskedBy } }: { org: string; job: Job }) {
  const { data: me } = useQuery(sessionQuery)
  const mayApprove = useRight('job.approve', org) === true
  const isOwn = approvalAskedBy?.id === me?.user.id
  const who = approvalAskedBy?.name ?? 'Somebody'
  return (
    <Line
      tone="waiting"
      to={paths.job(org, id)}
      name={name}
      says={mayApprove && !isOwn ? 'waits for your approval' : 'waits for approval'}
    >
      {isOwn ? 'You asked for it; another person has to approve.' : `${who} asked for it.`}
    </Line>
  )
}

interface LineProps {
  tone: Tone
  to: string
  name: string
  says: string
  children: ReactNode
}

function Line({ tone, to, name, says, children }: LineProps) {
  return (
    <li>
      <StateBadge tone={tone}>
        <Anchor component={Link} to={to} inherit>
          {name}
        </Anchor>{' '}
        {says}
      </StateBadge>
      <Text size="xs" c="dimmed" className={styles['why'] ?? ''}>
        {children}
      </Text>
    </li>
  )
}
