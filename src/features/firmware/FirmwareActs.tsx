import { List } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'

import type { FirmwareDeletePreview } from '#contract/manage/firmware-facts.ts'
import type { Firmware } from '#contract/manage/firmware.ts'
import { underWay } from '#domain/job.ts'
import { DownloadLink } from '#src/components/ActionButton.tsx'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { NotYetDone } from '#src/components/NotYetDone.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { counted, size } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { whyNot } from '#src/lib/why.ts'
import { deleteFirmware, deletePreviewQuery, firmwareFileAddress } from './queries.ts'

export function FirmwareActs({ org, firmware }: { org: string; firmware: Firmware }) {
  const mayDownload = useRight('firmware.download', org)
  return (
    <>
      <DownloadLink to={firmwareFileAddress(org, firmware.id)} whyNot={whyNot(mayDownload)}>
        Download
      </DownloadLink>
      <DeleteButton org={org} firmware={firmware} />
    </>
  )
}

function DeleteButton({ org, firmware: { id, name, version } }: { org: string; firmware: Firmware }) {
  const navigate = useNavigate()
  const mayWrite = useRight('firmware.write', org)
  const { data: preview } = useQuery(deletePreviewQuery(org, id))
  const remove = useMutation({
    ...deleteFirmware(org, id),
    onSuccess: () => {
      notifications.show({ message: `${name} ${version} is deleted` })
      void navigate(paths.firmwareList(org))
    },
  })
  return (
    <ConfirmButton
      act="Delete"
      title={`Delete ${name} ${version}?`}
      mutation={remove}
      whyNot={whyNot(mayWrite, preview?.refusal ?? true)}
      dangerous
    >
      {preview && <Affected preview={preview} version={version} />}
    </ConfirmButton>
  )
}

/** What goes, what stays, and what cannot be had again. */
function Affected({ preview, version }: { preview: FirmwareDeletePreview; version: string }) {
  const { deviceCount, finishedCount, tasks, sizeBytes } = preview
  const told = Object.values(tasks).reduce((sum, n) => sum + n, 0)
  return (
    <List size="sm" spacing={4} aria-label="What deleting affects">
      <List.Item>The file of {size(sizeBytes)} is removed and cannot be sent to a device again.</List.Item>
      <List.Item>
        {counted(deviceCount, 'device')} on it {deviceCount === 1 ? 'keeps' : 'keep'} running it.
      </List.Item>
      <List.Item>
        {counted(finishedCount, 'finished job')} with {counted(told, 'device')} {finishedCount === 1 ? 'stays' : 'stay'}{' '}
        in the history.
      </List.Item>
      {underWay(tasks) > 0 && (
        <List.Item>
          <NotYetDone devices={underWay(tasks)} />
        </List.Item>
      )}
      <List.Item>The version {version} stays reserved. This cannot be undone.</List.Item>
    </List>
  )
}
