import { Stack, Text, VisuallyHidden } from '@mantine/core'

import type { Verdict } from '#contract/manage/devices.ts'
import { GATE_LABELS } from './gate-labels.ts'
import styles from './GateChain.module.css'
import { StateBadge } from './StateBadge.tsx'
import { Time } from './Time.tsx'

/**
 * The rules' own answer: the sentence, when it opens where that is known, and the whole chain with the gate that holds.
 * The rules ask the gates in order and stop at the first that holds, so what stands behind it was not asked.
 */
export function GateChain({ verdict }: { verdict: Verdict }) {
  const { go, gate, reason, opensAt } = verdict
  const holding = GATE_LABELS.findIndex(([name]) => name === gate)
  return (
    <Stack gap="xs">
      <Text size="sm" component="div">
        {reason}
        {opensAt && (
          <>
            {' Opens '}
            <Time at={opensAt} />
          </>
        )}
      </Text>
      {(go || holding >= 0) && (
        <ol className={styles['chain']} aria-label="Gates, in the order in which they are asked">
          {GATE_LABELS.map(([name, label], n) => (
            <Gate key={name} label={label} state={go || n < holding ? 'open' : n === holding ? 'holds' : 'later'} />
          ))}
        </ol>
      )}
    </Stack>
  )
}

const TOLD = {
  open: { tone: 'done', words: 'open' },
  holds: { tone: 'warning', words: 'holds' },
  later: { tone: 'waiting', words: 'not asked yet' },
} as const

function Gate({ label, state }: { label: string; state: keyof typeof TOLD }) {
  const { tone, words } = TOLD[state]
  return (
    <li className={styles[state]} {...(state === 'holds' && { 'aria-current': 'step' as const })}>
      <StateBadge tone={tone}>
        {label}
        {state === 'holds' ? ': holds' : <VisuallyHidden>: {words}</VisuallyHidden>}
      </StateBadge>
    </li>
  )
}
