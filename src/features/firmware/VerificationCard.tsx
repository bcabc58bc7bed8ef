import { Group, Stack, Text } from '@mantine/core'

import type { Firmware } from '#contract/manage/firmware.ts'
import { mayUpgradeWith } from '#domain/can.ts'
import { ActionLink } from '#src/components/ActionButton.tsx'
import { Section } from '#src/components/Section.tsx'
import { VerificationBadge } from '#src/components/VerificationBadge.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { counted } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { whyNot } from '#src/lib/why.ts'

/** Where the firmware stands between upload and upgrade, and the next step from there. */
export function VerificationCard({ org, firmware }: { org: string; firmware: Firmware }) {
  const { id, verificationState } = firmware
  const mayWrite = useRight('job.write', org)
  const again = verificationState === 'notVerified' || verificationState === 'notRequired' ? 'Verify' : 'Re-verify'
  const mayUpgrade = mayUpgradeWith({ deleted: false, verificationState })
  const isNext = mayUpgrade === true
  return (
    <Section title="Verification">
      <Group justify="space-between">
        <Stack gap={2}>
          <Text size="sm" fw={600} component="div">
            <VerificationBadge state={verificationState} />
          </Text>
          <Text size="sm" c="dimmed">
            {sentence(firmware)}
          </Text>
        </Stack>
        <Group gap="xs">
          <ActionLink
            to={paths.jobNew(org, { type: 'verify', firmware: id })}
            variant={isNext ? 'default' : 'filled'}
            whyNot={whyNot(mayWrite)}
          >
            {again}
          </ActionLink>
          <ActionLink
            to={paths.jobNew(org, { type: 'upgrade', firmware: id })}
            variant={isNext ? 'filled' : 'default'}
            whyNot={whyNot(mayWrite, mayUpgrade)}
          >
            Upgrade
          </ActionLink>
        </Group>
      </Group>
    </Section>
  )
}

function sentence({ verificationState, verification: { maxDevices, minSuccess } }: Firmware): string {
  const rule = `${counted(minSuccess, 'device')} of at most ${maxDevices} must succeed`
  switch (verificationState) {
    case 'notRequired':
      return 'This firmware may go to devices without verification.'
    case 'notVerified':
      return `Try it on a few devices first: ${rule}.`
    case 'verifying':
      return `A verification job is under way: ${rule}.`
    case 'verified':
      return 'It has proved itself on devices and may go to all of them.'
    case 'verificationFailed':
      return `Too few devices succeeded: ${rule}.`
  }
}
