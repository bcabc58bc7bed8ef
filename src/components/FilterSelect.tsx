import { Select } from '@mantine/core'

interface Props {
  label: string
  /** What is shown, and meant, while nothing is chosen: "All products". */
  all: string
  options: readonly { value: string; label: string }[]
  value: string | undefined
  choose: (value: string | undefined) => void
}

/** One filter of a list; what is chosen stands in the URL. */
export function FilterSelect({ label, all, options, value, choose }: Props) {
  return (
    <Select
      aria-label={label}
      placeholder={all}
      data={options}
      value={value ?? null}
      onChange={(next) => choose(next ?? undefined)}
      clearable
      clearButtonProps={{ 'aria-label': `${label}: show all` }}
      searchable={options.length > 8}
      w={{ base: '100%', xs: 190 }}
    />
  )
}
