import { TagsInput } from '@mantine/core'
import { useState } from 'react'

import type { Scope } from '#contract/manage/jobs.ts'

type Matching = Scope['tags']

interface Props {
  label: string
  value: Matching
  change: (next: Matching) => void
  error: string | undefined
}

const FORM = /^([^=]+)=(.*)$/s

/** `key=value` pairs by key; several values of one key mean any of them. */
function gather(pairs: readonly string[]): Matching {
  const gathered: Matching = {}
  for (const pair of pairs) {
    const [, key = '', value = ''] = FORM.exec(pair) ?? []
    if (key) (gathered[key.trim()] ??= []).push(value.trim())
  }
  return gathered
}

const spread = (matching: Matching): string[] =>
  Object.entries(matching).flatMap(([key, values]) => values.map((value) => `${key}=${value}`))

/** Which tags or attributes a device must have. What was typed stays as it is; the form holds what it says. */
export function MatchingField({ label, value, change, error }: Props) {
  const [pairs, setPairs] = useState(() => spread(value))
  const wrong = pairs.find((pair) => !FORM.test(pair))
  return (
    <TagsInput
      label={label}
      description="As key=value. Several values of one key mean any of them; several keys are all asked for."
      placeholder={pairs.length === 0 ? 'site=Tampines' : ''}
      splitChars={[',', ';', '\n']}
      acceptValueOnBlur
      clearable
      clearButtonProps={{ 'aria-label': `No ${label.toLowerCase()}` }}
      value={pairs}
      error={wrong === undefined ? error : `Write ${wrong} as key=value. It is ignored as it stands.`}
      onChange={(next) => {
        setPairs(next)
        change(gather(next))
      }}
    />
  )
}
