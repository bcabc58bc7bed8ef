import { NumberInput } from '@mantine/core'

import { hintOf, type Told } from './told.tsx'

interface Props {
  label: string
  path: string
  told: Told
  hint?: string
  min: number
  max: number
  step?: number
  suffix?: string
  width?: number
}

interface Required extends Props {
  value: number
  change: (next: number) => void
}

/** A whole number. An emptied field is not a number, and the contract says so when the form is sent. */
export function NumberField({ value, change, ...field }: Required) {
  return <Field {...field} value={Number.isNaN(value) ? '' : value} change={(next) => change(next ?? Number.NaN)} />
}

interface Optional extends Props {
  value: number | null
  change: (next: number | null) => void
  /** What no number means: "no limit". */
  none: string
}

/** A whole number or none. */
export const OptionalNumberField = ({ value, none, ...field }: Optional) => (
  <Field {...field} value={value === null || Number.isNaN(value) ? '' : value} placeholder={none} />
)

interface FieldProps extends Props {
  value: number | ''
  change: (next: number | null) => void
  placeholder?: string
}

function Field({ label, path, told, hint, min, max, step = 1, suffix, width = 165, ...field }: FieldProps) {
  const { value, change, placeholder } = field
  return (
    <NumberInput
      label={label}
      description={hintOf(hint, told.warnings[path])}
      // below the field, where a long warning moves no field that stands beside it
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      error={told.errors[path]}
      min={min}
      max={max}
      step={step}
      clampBehavior="none"
      allowDecimal={false}
      thousandSeparator=","
      {...(suffix && { suffix })}
      {...(placeholder && { placeholder })}
      w={{ base: '100%', xs: width }}
      value={value}
      onChange={(next) => change(typeof next === 'number' ? next : next === '' ? null : Number(next))}
    />
  )
}
