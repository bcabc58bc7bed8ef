import { TagsInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'

type Pairs = Record<string, string>

interface Props {
  label: string
  value: Pairs
  change: (next: Pairs) => void
  error?: ReactNode
}

const FORM = /^([^=]+)=(.*)$/s

const gather = (pairs: readonly string[]): Pairs =>
  Object.fromEntries(
    pairs.flatMap((pair) => {
      const [, key = '', value = ''] = FORM.exec(pair) ?? []
      return key ? [[key.trim(), value.trim()]] : []
    }),
  )

function complaintOf(pairs: readonly string[]): string | undefined {
  const wrong = pairs.find((pair) => !FORM.test(pair))
  if (wrong !== undefined) return `Write ${wrong} as key=value. It is ignored as it stands.`
  const keys = pairs.map((pair) => pair.slice(0, pair.indexOf('=')).trim())
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  return twice && `${twice} stands here twice. The last value counts.`
}

/** Tags or attributes of one thing. What was typed stays as it is; the form holds what it says. */
export function PairsField({ label, value, change, error }: Props) {
  const [pairs, setPairs] = useState(() => Object.entries(value).map(([key, one]) => `${key}=${one}`))
  return (
    <TagsInput
      label={label}
      description="As key=value; Enter adds one."
      placeholder={pairs.length === 0 ? 'site=Tampines' : ''}
      // a value may hold commas
      splitChars={['\n']}
      acceptValueOnBlur
      clearable
      clearButtonProps={{ 'aria-label': `No ${label.toLowerCase()}` }}
      value={pairs}
      error={complaintOf(pairs) ?? error}
      onChange={(next) => {
        setPairs(next)
        change(gather(next))
      }}
    />
  )
}
