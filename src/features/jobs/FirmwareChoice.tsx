import { Group, Input, SegmentedControl, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import type { Firmware } from '#contract/manage/firmware.ts'
import type { JobType } from '#contract/manage/jobs.ts'
import { choiceState } from '#src/components/choice-state.ts'
import { Section } from '#src/components/Section.tsx'
import { VERIFICATION_WORDS } from '#src/components/VerificationBadge.tsx'
import { firmwareListQuery } from '#src/features/firmware/queries.ts'

interface Props {
  org: string
  type: JobType
  firmware: Firmware | undefined
  choose: (next: { type?: string; firmware?: string }) => void
}

/** What is sent, and whether it is a try or the real thing. */
export function FirmwareChoice({ org, type, firmware, choose }: Props) {
  const query = useQuery(firmwareListQuery(org, { limit: 200 }))
  const list = query.data?.items ?? []
  const none = list.length === 0 ? 'No firmware yet: upload it first' : 'No firmware of this name'
  const known = firmware && !list.some(({ id }) => id === firmware.id) ? [firmware, ...list] : list
  return (
    <Section title="What">
      <Group align="end" gap="lg">
        <Input.Wrapper label="Type" labelElement="div">
          <SegmentedControl
            aria-label="Type"
            display="flex"
            value={type}
            onChange={(next) => choose({ type: next })}
            data={[
              { value: 'verify', label: 'Verification' },
              { value: 'upgrade', label: 'Upgrade' },
            ]}
          />
        </Input.Wrapper>
        <Select
          label="Firmware"
          placeholder="Choose the firmware"
          searchable
          w={{ base: '100%', xs: 420 }}
          data={known.map((item) => ({ value: item.id, label: labelOf(item) }))}
          {...choiceState(query, 'the firmware', none)}
          value={firmware?.id ?? null}
          onChange={(next) => next && choose({ firmware: next })}
        />
      </Group>
    </Section>
  )
}

const labelOf = ({ name, version, productName, verificationState }: Firmware) =>
  `${name} | ${version}, ${productName}, ${VERIFICATION_WORDS[verificationState].toLowerCase()}`
