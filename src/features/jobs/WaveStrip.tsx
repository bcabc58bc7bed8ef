import { Progress, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'

import type { Job, WaveProgress } from '#contract/manage/jobs.ts'
import type { Wave } from '#contract/manage/policies.ts'
import { jobCan } from '#domain/can.ts'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { Section } from '#src/components/Section.tsx'
import { StateBadge, type Tone } from '#src/components/StateBadge.tsx'
import { Time } from '#src/components/Time.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { count, counted } from '#src/lib/bytes.ts'
import { whyNot } from '#src/lib/why.ts'
import { advanceJob } from './queries.ts'
import { useJobFacts } from './use-job-facts.ts'
import { gateWordsOf } from './words.ts'

interface Props {
  org: string
  job: Job
}

/** The waves as they stand. A job of one wave has nothing to say here. */
export function WaveStrip({ org, job }: Props) {
  const { waves, policy } = job
  if (waves.length < 2) return null
  const next = waves.findIndex(({ state }) => state === 'waiting')
  const isAsked = next > 0 && policy.waves[next - 1]?.gate.person === true
  return (
    <Section
      title="Waves"
      bare
      actions={isAsked && <AdvanceButton org={org} job={job} size={waves[next]?.size ?? 0} number={next + 1} />}
    >
      <DataTable label="Waves" columns={['Wave', 'State', 'Devices', 'Progress', 'Gate to the next']}>
        {waves.map((wave, index) => (
          // the place is what a wave is known by
          <WaveRow
            key={index}
            number={index + 1}
            wave={wave}
            gate={index + 1 < waves.length ? policy.waves[index]?.gate : undefined}
          />
        ))}
      </DataTable>
    </Section>
  )
}

const STATES: Readonly<Record<WaveProgress['state'], { tone: Tone; words: string }>> = {
  waiting: { tone: 'waiting', words: 'Waiting' },
  open: { tone: 'moving', words: 'Open' },
  done: { tone: 'done', words: 'Done' },
}

interface RowProps {
  number: number
  wave: WaveProgress
  /** The last wave has none. */
  gate: Wave['gate'] | undefined
}

function WaveRow({ number, wave, gate }: RowProps) {
  const { size, state, waitsFor, opensAt } = wave
  const { tone, words } = STATES[state]
  return (
    <tr>
      <RowHeader>Wave {number}</RowHeader>
      <td>
        <StateBadge tone={tone}>{words}</StateBadge>
      </td>
      <td>{count(size)}</td>
      <td>
        <HowFar wave={wave} />
      </td>
      <td data-wraps>
        {gate && (
          <Text size="xs" c="dimmed">
            {gateWordsOf(gate)}
          </Text>
        )}
        {waitsFor}
        {opensAt && (
          <>
            {' '}
            Opens <Time at={opensAt} />
          </>
        )}
      </td>
    </tr>
  )
}

function HowFar({ wave: { size, final, succeeded, failed } }: Pick<RowProps, 'wave'>) {
  const share = (n: number) => (size > 0 ? (n / size) * 100 : 0)
  return (
    <Stack gap={4}>
      <Progress.Root w={200} aria-hidden>
        <Progress.Section value={share(succeeded)} color="green.8" withAria={false} />
        <Progress.Section value={share(failed)} color="red.8" withAria={false} />
      </Progress.Root>
      <Text size="xs">
        {count(final)} ended: {count(succeeded)} upgraded, {count(failed)} failed
      </Text>
    </Stack>
  )
}

function AdvanceButton({ org, job, size, number }: Props & { size: number; number: number }) {
  const mayWrite = useRight('job.write', org)
  const facts = useJobFacts(org, job)
  const advance = useMutation({
    ...advanceJob(org, job.id),
    onSuccess: () => notifications.show({ message: `Wave ${number} may open` }),
  })
  return (
    <ConfirmButton
      act="Open the next wave"
      title={`Let wave ${number} go?`}
      mutation={advance}
      whyNot={whyNot(mayWrite, jobCan.advance(facts))}
      size="xs"
    >
      <Text size="sm">
        Wave {number} has {counted(size, 'device')}. It begins as soon as what else the wave before is asked for holds.
      </Text>
    </ConfirmButton>
  )
}
