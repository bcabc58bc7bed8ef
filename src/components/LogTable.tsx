import { Text } from '@mantine/core'

import type { LogEntry } from '#contract/manage/devices.ts'
import { DataTable, RowHeader } from './DataTable.tsx'
import { Time } from './Time.tsx'

interface Props {
  label: string
  entries: readonly LogEntry[]
}

/** What happened, when, by whom, and why; newest first. */
export function LogTable({ label, entries }: Props) {
  return (
    <DataTable label={label} columns={['When', 'What happened', 'By']}>
      {entries.map((entry) => (
        <LogRow key={entry.id} entry={entry} />
      ))}
    </DataTable>
  )
}

function LogRow({ entry }: { entry: LogEntry }) {
  const { at, actor } = entry
  return (
    <tr>
      <RowHeader>
        <Time at={at} />
      </RowHeader>
      <td data-wraps>
        <WhatHappened entry={entry} />
      </td>
      <td>{actor.name}</td>
    </tr>
  )
}

/** What happened and, where the line does not say so itself, why. */
export function WhatHappened({ entry: { summary, why } }: { entry: Pick<LogEntry, 'summary' | 'why'> }) {
  return (
    <>
      {summary}
      {why && !summary.includes(why) && (
        <Text span inherit c="dimmed">
          {' '}
          {why}
        </Text>
      )}
    </>
  )
}
