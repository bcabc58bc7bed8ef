import { Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'

import type { Firmware } from '#contract/manage/firmware.ts'
import { canDeleteFirmware } from '#domain/can.ts'
import { DownloadLink } from '#src/components/ActionButton.tsx'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { jobListQuery } from '#src/features/jobs/queries.ts'
import { useRight } from '#src/features/session/queries.ts'
import { counted } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { whyNot } from '#src/lib/why.ts'
import { deleteFirmware, firmwareFileAddress } from './queries.ts'

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

function DeleteButton({
  org,
  firmware: { id, name, version, deviceCount, jobCount },
}: {
  org: string
  firmware: Firmware
}) {
  const navigate = useNavigate()
  const mayWrite = useRight('firmware.write', org)
  const { data: jobs } = useQuery(jobListQuery(org, { firmware: id }))
  const unfinished = jobs?.items.filter(({ state }) => state !== 'completed').length ?? 0
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
      whyNot={whyNot(mayWrite, canDeleteFirmware(unfinished))}
      dangerous
    >
      <Text size="sm">
        The file is removed and cannot be sent to a device again. {counted(deviceCount, 'device')} on it{' '}
        {deviceCount === 1 ? 'keeps' : 'keep'} running it, {counted(jobCount, 'job')} and their history stay. The
        version {version} stays reserved. This cannot be undone.
      </Text>
    </ConfirmButton>
  )
}
