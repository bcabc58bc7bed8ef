import { Anchor, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { Job } from '#contract/manage/jobs.ts'
import { allFinal, underWay } from '#domain/job.ts'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { NotYetDone } from '#src/components/NotYetDone.tsx'
import { Section } from '#src/components/Section.tsx'
import { deleteFirmware, deletePreviewQuery } from '#src/features/firmware/queries.ts'
import { useRight } from '#src/features/session/queries.ts'
import { counted, size } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { whyNot } from '#src/lib/why.ts'

/** When all is done the file is seldom needed again: offers to delete it, with what that touches. */
export function FirmwareCleanup({ org, job: { type, state, counts, firmware } }: { org: string; job: Job }) {
  // a job that a person ended is completed while those under way still download
  const isDone = state === 'completed' && allFinal(counts)
  const isOffered = type === 'upgrade' && isDone && !firmware.deleted
  const mayWrite = useRight('firmware.write', org)
  const { data } = useQuery({ ...deletePreviewQuery(org, firmware.id), enabled: isOffered })
  const remove = useMutation({
    ...deleteFirmware(org, firmware.id),
    onSuccess: () => notifications.show({ message: `${firmware.name} ${firmware.version} is deleted` }),
  })
  if (!isOffered) return null
  const refusal = data ? (data.refusal ?? true) : 'What it would affect is still being asked for.'
  return (
    <div data-screen>
      <Section title="All is done">
        <Text size="sm" mb="xs">
          Every device of this job has ended. If nobody will need{' '}
          <Anchor component={Link} to={paths.firmware(org, firmware.id)} inherit>
            {firmware.name} {firmware.version}
          </Anchor>{' '}
          again, its file can be deleted; the record and the history stay.
        </Text>
        <ConfirmButton
          act="Delete this firmware"
          title={`Delete ${firmware.name} ${firmware.version}?`}
          mutation={remove}
          whyNot={whyNot(mayWrite, refusal)}
          dangerous
        >
          {data && (
            <Text size="sm">
              The file of {size(data.sizeBytes)} is removed and cannot be sent to a device again.{' '}
              {counted(data.deviceCount, 'device')} on it {data.deviceCount === 1 ? 'keeps' : 'keep'} running it,{' '}
              {counted(data.finishedCount, 'finished job')} and their history stay.{' '}
              <NotYetDone devices={underWay(data.tasks)} /> This cannot be undone.
            </Text>
          )}
        </ConfirmButton>
      </Section>
    </div>
  )
}
