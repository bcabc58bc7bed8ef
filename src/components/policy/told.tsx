import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

import { StateBadge } from '../StateBadge.tsx'

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

/** One part of a policy, of which single fields are changed. */
interface Parts<T> extends Omit<PartProps<T>, 'change'> {
  change: (part: Partial<T>) => void
}

/**
 * Binds the fields of a part: `field('sample')` is what the field of that name shows, changes and is told by.
 * @param at where the part stands in the policy: `halt`; empty for the policy itself
 */
export const fieldsOf =
  <T extends object>({ value, change, told }: Parts<T>, at = '') =>
  <K extends keyof T & string>(name: K) => ({
    path: at === '' ? name : `${at}.${name}`,
    told,
    value: value[name],
    change: (next: T[K]) => change({ [name]: next } as unknown as Partial<T>),
  })

/** The same for a part that is changed as a whole. */
export const fieldsOfPart = <T extends object>({ value, change, told }: PartProps<T>, at: string) =>
  fieldsOf({ value, told, change: (part) => change({ ...value, ...part }) }, at)

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

/** What a field says beside its number: its hint, and a warning that is read with it. */
export function hintOf(hint: ReactNode, warning: string | undefined): ReactNode {
  if (warning === undefined) return hint
  return (
    <>
      {hint}
      <Text span display="block" inherit c="var(--mantine-color-text)" mt={2}>
        <StateBadge tone="warning">{warning}</StateBadge>
      </Text>
    </>
  )
}
