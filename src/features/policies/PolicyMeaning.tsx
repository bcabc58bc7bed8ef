import { Skeleton, Stack, Text } from '@mantine/core'
import { Suspense } from 'react'

import type { Policy } from '#contract/manage/policies.ts'
import { late } from '#src/api/late.tsx'
import { MissingPart } from '#src/components/Missing.tsx'
import { Section } from '#src/components/Section.tsx'
import { WaveBars } from '#src/components/policy/WaveBars.tsx'
import { WeekView } from './WeekView.tsx'
import { sentenceOf } from './words.ts'

/** Reckoning with zones is heavy, and only a policy with a window needs it. */
const Openings = late(() => import('./Openings.tsx').then((module) => module.Openings), MissingPart)

/** What the fields say, in one sentence, and when that will be. `policy` is undefined while they say nothing valid. */
export function PolicyMeaning({ policy }: { policy: Policy | undefined }) {
  return (
    <Section title="What it means">
      <Stack gap="sm">
        <Text size="sm" role="status" aria-label="Summary">
          {policy ? sentenceOf(policy) : 'Complete the fields to see what the policy means.'}
        </Text>
        {policy && policy.waves.length > 1 && <WaveBars waves={policy.waves} />}
        {policy?.window && <WeekView window={policy.window} />}
        {policy?.window && (
          <Suspense fallback={<Skeleton height={120} role="status" aria-label="Loading the next openings" />}>
            <Openings window={policy.window} startAt={policy.startAt} />
          </Suspense>
        )}
      </Stack>
    </Section>
  )
}
