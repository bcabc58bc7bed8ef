import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { VerificationState } from '#contract/manage/firmware.ts'
import { JobState, TaskStatus } from '#contract/manage/jobs.ts'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { JobBadge } from '#src/components/JobBadge.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Section } from '#src/components/Section.tsx'
import { TaskBadge } from '#src/components/TaskBadge.tsx'
import { VerificationBadge } from '#src/components/VerificationBadge.tsx'
import { limitsQuery } from '#src/features/session/queries.ts'
import { size } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { LifeCycle } from './LifeCycle.tsx'
import { GLOSSARY, JOB_MEANINGS, TASK_MEANINGS, VERIFICATION_MEANINGS } from './words.ts'

/** How the whole works, what its words mean, and whom to ask. */
export default function HelpPage() {
  return (
    <>
      <PageHeader title="Help" back={{ to: paths.root(), label: 'Start page' }}>
        How an upgrade goes, what the words mean, and whom to ask.
      </PageHeader>
      <Stack gap="lg" maw={960}>
        <Section title="From upload to upgraded devices">
          <LifeCycle />
        </Section>
        <Meanings
          title="States of a device in a job"
          rows={TaskStatus.options.map((state) => [
            state,
            <TaskBadge key={state} task={{ status: state, installed: false, via: null }} />,
            TASK_MEANINGS[state],
          ])}
        />
        <Meanings
          title="States of a job"
          rows={JobState.options.map((state) => [state, <JobBadge key={state} state={state} />, JOB_MEANINGS[state]])}
        />
        <Meanings
          title="States of a firmware"
          rows={VerificationState.options.map((state) => [
            state,
            <VerificationBadge key={state} state={state} />,
            VERIFICATION_MEANINGS[state],
          ])}
        />
        <Meanings title="Words" rows={GLOSSARY.map(([word, meaning]) => [word, word, meaning])} />
        <Section title="Keyboard">
          <Text size="sm">
            <kbd>Ctrl K</kbd> or <kbd>⌘ K</kbd> opens the search from every page of an organisation: pages, acts,
            firmware, jobs and devices by the beginning of their name. <kbd>Tab</kbd> reaches everything else; the first
            stop on each page skips to its content. <kbd>Esc</kbd> closes what is open.
          </Text>
        </Section>
        <Contact />
      </Stack>
    </>
  )
}

interface MeaningsProps {
  title: string
  rows: readonly (readonly [key: string, name: ReactNode, meaning: string])[]
}

function Meanings({ title, rows }: MeaningsProps) {
  return (
    <Section title={title} bare>
      <DataTable label={title} columns={['Name', 'What it means']}>
        {rows.map(([key, name, meaning]) => (
          <tr key={key}>
            <RowHeader>{name}</RowHeader>
            <td data-wraps>{meaning}</td>
          </tr>
        ))}
      </DataTable>
    </Section>
  )
}

function Contact() {
  const { data: limits } = useQuery(limitsQuery)
  return (
    <Section title="Whom to ask">
      <Stack gap="xs">
        <Text size="sm">
          A control that is off says why. When it is your account that lacks the right, contact{' '}
          {limits?.contact ?? 'GovTech'} for an account with write access to the Device Management Service.
        </Text>
        <Text size="sm">
          When something does not work, send the address of the page and, where the page shows one, the number after
          “Request”: with it the line in the server’s log is found at once.
        </Text>
        {limits && (
          <Text size="sm" c="dimmed">
            Here a firmware file may have at most {size(limits.firmwareMaxBytes)}; this is version {limits.release} of
            the portal.
          </Text>
        )}
      </Stack>
    </Section>
  )
}
