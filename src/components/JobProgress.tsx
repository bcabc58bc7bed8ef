import { Group, Progress, Text } from '@mantine/core'

import type { JobCounts } from '#contract/manage/jobs.ts'
import { count, counted } from '#src/lib/bytes.ts'

interface Props {
  counts: JobCounts
  /** Whole percent, as the rules of a job count it. */
  percent: number
  /** Px. */
  width?: number | string
}

/** How far a job is: good, bad and under way as lengths, and the same in words. */
export function JobProgress({ counts, percent, width = 140 }: Props) {
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0)
  const share = (n: number) => (total > 0 ? (n / total) * 100 : 0)
  const words = `${percent} %${counts.failed > 0 ? `, ${count(counts.failed)} failed` : ''}`
  const whole = `${count(counts.succeeded)} of ${counted(total, 'device')} upgraded, ${count(counts.failed)} failed`
  return (
    <Group gap="xs" wrap="nowrap">
      <Progress.Root w={width} miw={80} role="img" aria-label={whole}>
        <Progress.Section value={share(counts.succeeded)} color="green.8" withAria={false} />
        <Progress.Section value={share(counts.failed)} color="red.8" withAria={false} />
        <Progress.Section value={share(counts.published + counts.upgrading)} color="blue.4" withAria={false} />
      </Progress.Root>
      <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>
        {words}
      </Text>
    </Group>
  )
}
