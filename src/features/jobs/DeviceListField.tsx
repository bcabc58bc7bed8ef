import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import type { DeviceList } from '#contract/manage/device-lists.ts'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { FileDrop } from '#src/components/FileDrop.tsx'
import { ProblemAlert } from '#src/components/ProblemAlert.tsx'
import { count, counted } from '#src/lib/bytes.ts'
import { createDeviceList, deviceListsQuery, keyListQuery, wrongLinesOf, type WrongLine } from './device-lists.ts'
import type { JobFormApi } from './use-job-form.ts'

/** Wrong lines that are shown at first: enough to see what is wrong with all of them. */
const SHOWN_LINES = 20

interface Props {
  org: string
  productKey: string
  form: JobFormApi
}

/** Device keys out of a file: one that was taken before, or a CSV that is dropped or chosen here. */
export function DeviceListField({ org, productKey, form }: Props) {
  const chosen = form.values.scope.deviceListId
  const lists = useQuery(deviceListsQuery(org, productKey)).data?.items ?? []
  const { data: own } = useQuery({ ...keyListQuery(org, chosen ?? ''), enabled: chosen !== null })
  const known = own && !lists.some(({ id }) => id === own.id) ? [own, ...lists] : lists
  const list = known.find(({ id }) => id === chosen)
  const choose = (next: string | null) => form.setFieldValue('scope.deviceListId', next)
  const take = useMutation({ ...createDeviceList(org, productKey), onSuccess: ({ id }) => choose(id) })
  return (
    <Stack gap="xs">
      <Select
        label="Device list"
        description="Only devices whose keys a file names. Empty means no list is asked."
        placeholder="No list"
        data={known.map(({ id, name, keyCount }) => ({ value: id, label: `${name} (${count(keyCount)})` }))}
        nothingFoundMessage="No device list of this product yet"
        clearable
        clearButtonProps={{ 'aria-label': 'No device list' }}
        value={chosen}
        error={form.errors['scope.deviceListId']}
        onChange={choose}
      />
      {list && <ListFacts list={list} />}
      {take.isPending ? (
        <Text size="sm" role="status">
          Taking the keys out of {take.variables.name}. A long list takes some seconds.
        </Text>
      ) : (
        <FileDrop
          label="CSV of device keys"
          invitation="Drop a CSV of device keys here, paste it, or choose it."
          hint="The column deviceKey, or the first. Taken as a whole or not at all."
          choose={(file) => take.mutate(file)}
        />
      )}
      {take.error && (
        <Stack gap="xs">
          <ProblemAlert error={take.error} title={`${take.variables?.name ?? 'The file'} was not taken`} />
          <WrongLines lines={wrongLinesOf(take.error.problem.fields)} />
        </Stack>
      )}
    </Stack>
  )
}

function ListFacts({ list: { keyCount, repeatedCount, unknownCount } }: { list: DeviceList }) {
  const repeated = repeatedCount > 0 ? [`${counted(repeatedCount, 'line')} repeated a key`] : []
  const unknown =
    unknownCount > 0
      ? [
          `${counted(unknownCount, 'key')} ${unknownCount === 1 ? 'was' : 'were'} unknown to this product when it was taken`,
        ]
      : []
  return (
    <Text size="sm" role="status" aria-label="What the list holds">
      {[counted(keyCount, 'device key'), ...unknown, ...repeated].join('; ')}.
    </Text>
  )
}

/** What is wrong with which line. The title above counts all of them. */
function WrongLines({ lines }: { lines: readonly WrongLine[] }) {
  const [isWhole, setWhole] = useState(false)
  if (lines.length === 0) return null
  const shown = isWhole ? lines : lines.slice(0, SHOWN_LINES)
  return (
    <>
      <DataTable label="Wrong lines" columns={['Line', 'Reason']}>
        {shown.map(({ line, reason }) => (
          <tr key={line}>
            <RowHeader>{count(line)}</RowHeader>
            <td data-wraps>{reason}</td>
          </tr>
        ))}
      </DataTable>
      {shown.length < lines.length && (
        <Group>
          <Button variant="default" size="xs" onClick={() => setWhole(true)}>
            Show the other {count(lines.length - shown.length)} lines
          </Button>
        </Group>
      )}
    </>
  )
}
