import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'

interface Props {
  label: string
  placeholder?: string
  /** What the URL says now. */
  value: string | undefined
  maxLength?: number
  search: (text: string | undefined) => void
}

/** Searches while one types. The text is kept here, so that no update from elsewhere touches it. */
export function SearchBox({ label, placeholder, value = '', maxLength = 64, search }: Props) {
  const [text, setText] = useState(value)
  const [asked, setAsked] = useState(value)
  const [seen, setSeen] = useState(value)
  const ask = useDebouncedCallback((next: string) => {
    setAsked(next)
    search(next || undefined)
  }, 250)
  // the URL changed by other means: back, a cleared filter, a followed link
  if (value !== seen) {
    setSeen(value)
    if (value !== asked) {
      setAsked(value)
      setText(value)
    }
  }
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder ?? label}
      value={text}
      maxLength={maxLength}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value)
        ask(currentTarget.value.trim())
      }}
      w={{ base: '100%', xs: 240 }}
    />
  )
}
