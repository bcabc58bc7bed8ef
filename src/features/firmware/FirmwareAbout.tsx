import { Stack, Text } from '@mantine/core'

import type { Firmware } from '#contract/manage/firmware.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { Facts } from '#src/components/Facts.tsx'
import { Section } from '#src/components/Section.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { useUrl } from '#src/lib/use-url.ts'
import { whyNot } from '#src/lib/why.ts'
import { FirmwareEdit } from './FirmwareEdit.tsx'

/** What people have written about a firmware, and the way to write it better. The file itself never changes. */
export function FirmwareAbout({
  org,
  firmware,
  reload,
}: {
  org: string
  firmware: Firmware
  reload: () => Promise<unknown>
}) {
  const { search, change } = useUrl()
  const mayWrite = useRight('firmware.write', org)
  const isEdited = search.get('dialog') === 'edit' && mayWrite === true
  const close = () => change({ dialog: undefined }, { replace: true })
  const edit = (
    <ActionButton size="xs" variant="default" whyNot={whyNot(mayWrite)} onClick={() => change({ dialog: 'edit' })}>
      Edit
    </ActionButton>
  )
  return (
    <Section title="Description, release notes and tags" actions={!isEdited && edit}>
      {isEdited ? (
        <FirmwareEdit org={org} firmware={firmware} reload={reload} close={close} />
      ) : (
        <Told firmware={firmware} />
      )}
    </Section>
  )
}

function Told({ firmware: { description, releaseNotes, tags } }: { firmware: Firmware }) {
  const isSilent = !description && !releaseNotes && Object.keys(tags).length === 0
  if (isSilent)
    return <Text size="sm">Nothing is written yet: say what is new, for whoever decides about the rollout.</Text>
  return (
    <Stack gap="sm">
      {description && <Text size="sm">{description}</Text>}
      {releaseNotes && (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {releaseNotes}
        </Text>
      )}
      {Object.keys(tags).length > 0 && <Facts label="Tags" facts={Object.entries(tags)} />}
    </Stack>
  )
}
