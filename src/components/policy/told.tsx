import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** What is said about parts of a policy, by their paths in it: `waves.0.gate.sample`. */
export interface Told {
  errors: Readonly<Record<string, string>>
  /** Valid, and somebody will regret it. */
  warnings: Readonly<Record<string, string>>
}

/** One part of a policy and its fields. */
export interface PartProps<T> {
  value: T
  change: (next: T) => void
  told: Told
}

/** Errors of a form as they concern the policy in it. */
export const errorsOf = (errors: Readonly<Record<string, ReactNode>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(errors).flatMap(([path, message]) =>
      path.startsWith('policy.') && typeof message === 'string' ? [[path.slice('policy.'.length), message]] : [],
    ),
  )

/** Errors of one entry belong to the field that holds them all. */
export const besidePolicyField = (path: string): string =>
  path.replace(/^(policy\.(?:window\.(?:weekdays|blackoutDates)|(?:halt|retry)\.kinds))\..*$/, '$1')

/** What a field says below its label: its hint, and a warning that is read with it. */
export function hintOf(hint: ReactNode, warning: string | undefined): ReactNode {
  if (warning === undefined) return hint
  return (
    <>
      {hint}
      <Text span display="block" inherit fw={600}>
        Note: {warning}
      </Text>
    </>
  )
}
