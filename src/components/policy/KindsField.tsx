import { MultiSelect } from '@mantine/core'

import { FailureKind } from '#contract/manage/failure.ts'
import { FAILURE_LABELS } from '../failure-labels.ts'
import type { PartProps } from './told.tsx'

interface Props extends PartProps<FailureKind[]> {
  label: string
  path: string
}

const KINDS = FailureKind.options.map((value) => ({ value, label: FAILURE_LABELS[value] }))

/** Which failures a rule is about. */
export function KindsField({ label, path, value, change, told }: Props) {
  return (
    <MultiSelect
      label={label}
      placeholder={value.length === 0 ? 'All but declined by the device' : ''}
      data={KINDS}
      clearable
      clearButtonProps={{ 'aria-label': `${label}: all` }}
      value={value}
      error={told.errors[path]}
      onChange={(next) => change(FailureKind.array().parse(next))}
    />
  )
}
