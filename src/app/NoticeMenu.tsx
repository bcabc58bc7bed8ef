import { Text, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { Link } from 'react-router-dom'

import { BellIcon } from '#src/components/icons.tsx'
import { StateBadge, type Tone } from '#src/components/StateBadge.tsx'
import { Time, useClock } from '#src/components/Time.tsx'
import { jobListQuery } from '#src/features/jobs/queries.ts'
import { sessionQuery, useRight } from '#src/features/session/queries.ts'
import { counted } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { titleCount } from '#src/lib/title-count.ts'
import { HeaderMenu } from './HeaderMenu.tsx'
import { noticesFor, type Notice, type NoticeKind } from './notices.ts'
import styles from './NoticeMenu.module.css'
import { createReadNotices } from './read-notices.ts'

const TONES: Readonly<Record<NoticeKind, Tone>> = { halted: 'warning', approval: 'waiting', verified: 'done' }
const LABELS: Readonly<Record<NoticeKind, string>> = {
  halted: 'halted',
  approval: 'waits for your approval',
  verified: 'verification finished',
}

/** What happened that concerns this person, until they have read it. The lists behind it are kept by the stream. */
export function NoticeMenu({ org }: { org: string }) {
  const notices = useNotices(org)
  const { data: me } = useQuery(sessionQuery)
  const userId = me?.user.id ?? ''
  const kept = useMemo(() => createReadNotices(userId), [userId])
  const read = useSyncExternalStore(kept.subscribe, kept.get)
  const unread = notices.filter(({ id }) => !read.has(id)).length
  useEffect(() => {
    titleCount.set(unread)
    return () => titleCount.set(0)
  }, [unread])
  const label = unread === 0 ? 'Notices' : `Notices: ${unread} unread`
  const face = (
    <span className={styles['face']}>
      <BellIcon size={18} />
      {unread > 0 && <span className={styles['count']}>{unread > 99 ? '99+' : unread}</span>}
    </span>
  )
  return (
    <>
      <VisuallyHidden role="status">{unread > 0 && counted(unread, 'unread notice')}</VisuallyHidden>
      <HeaderMenu label={label} face={face} align="end">
        {notices.length === 0 && (
          <Text size="sm" p="xs">
            Nothing waits for you.
          </Text>
        )}
        <ul aria-label="Notices">
          {notices.map((notice) => (
            <Entry
              key={notice.id}
              org={org}
              notice={notice}
              isUnread={!read.has(notice.id)}
              read={() => kept.read([notice.id])}
            />
          ))}
        </ul>
        {unread > 0 && (
          <>
            <hr />
            <button type="button" onClick={() => kept.read(notices.map(({ id }) => id))}>
              Mark all as read
            </button>
          </>
        )}
      </HeaderMenu>
    </>
  )
}

function useNotices(org: string): Notice[] {
  const { now } = useClock()
  const { data: me } = useQuery(sessionQuery)
  const reader = {
    userId: me?.user.id ?? '',
    mayWrite: useRight('job.write', org) === true,
    mayApprove: useRight('job.approve', org) === true,
  }
  const halted = useQuery(jobListQuery(org, { state: 'halted' })).data?.items ?? []
  const waiting = useQuery(jobListQuery(org, { state: 'awaitingApproval' })).data?.items ?? []
  const verifications = useQuery(jobListQuery(org, { type: 'verify', state: 'completed' })).data?.items ?? []
  return noticesFor(reader, { halted, waiting, verifications }, now)
}

interface EntryProps {
  org: string
  notice: Notice
  isUnread: boolean
  read: () => void
}

function Entry({ org, notice: { kind, jobId, jobName, text, at }, isUnread, read }: EntryProps) {
  return (
    <li>
      <Link to={paths.job(org, jobId)} onClick={read} className={styles['notice'] ?? ''} data-unread={isUnread}>
        <StateBadge tone={TONES[kind]}>
          {jobName} {LABELS[kind]}
        </StateBadge>
        {isUnread && <VisuallyHidden>, unread</VisuallyHidden>}
        <Text size="xs" component="span" display="block">
          {text}
        </Text>
        <Text size="xs" c="dimmed" component="span" display="block">
          <Time at={at} />
        </Text>
      </Link>
    </li>
  )
}
