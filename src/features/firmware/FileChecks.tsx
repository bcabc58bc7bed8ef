import { Anchor, VisuallyHidden } from '@mantine/core'
import { Link } from 'react-router-dom'

import { StateBadge, type Tone } from '#src/components/StateBadge.tsx'
import { paths } from '#src/lib/paths.ts'
import type { Check, CheckState } from './checks.ts'
import styles from './FileChecks.module.css'

const words: Record<CheckState, { tone: Tone; word: string }> = {
  pending: { tone: 'moving', word: 'Checking' },
  passed: { tone: 'good', word: 'Passed' },
  failed: { tone: 'bad', word: 'Failed' },
  noted: { tone: 'warning', word: 'Note' },
}

/** One line for each check: what, how it stands, and the reason. */
export function FileChecks({ org, checks }: { org: string; checks: readonly Check[] }) {
  return (
    <>
      <ul aria-label="Checks" className={styles['checks']}>
        {checks.map((check) => (
          <CheckLine key={check.label} org={org} check={check} />
        ))}
      </ul>
      {/* said once when it is settled, not at every percent */}
      <VisuallyHidden role="status">{verdictOf(checks)}</VisuallyHidden>
    </>
  )
}

function CheckLine({ org, check: { label, state, detail, same } }: { org: string; check: Check }) {
  const { tone, word } = words[state]
  return (
    <li>
      <span className={styles['label']}>{label}</span>
      <StateBadge tone={tone}>{word}</StateBadge>
      <span className={styles['detail']} data-state={state}>
        {same ? (
          <Anchor component={Link} to={paths.firmware(org, same.id)} inherit>
            {detail}
          </Anchor>
        ) : (
          detail
        )}
      </span>
    </li>
  )
}

function verdictOf(checks: readonly Check[]): string {
  const failed = checks.find(({ state }) => state === 'failed')
  if (failed) return `${failed.label} failed: ${failed.detail}`
  return checks.some(({ state }) => state === 'pending') ? 'Checking the file' : 'All checks are done'
}
