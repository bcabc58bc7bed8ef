import { Select } from '@mantine/core'

interface Props {
  label: string
  /** What no filter is called: "All products". */
  all: string
  options: readonly { value: string; label: string }[]
  value: string | undefined
  choose: (value: string | undefined) => void
  /** Small beside the heading of a section. */
  size?: 'xs'
}

/** No filter: stands in the list like any other choice, so that it is found like them. */
const EVERYTHING = ''

/** One filter of a list; what is chosen stands in the URL. */
export function FilterSelect({ label, all, options, value, choose, size }: Props) {
  return (
    <Select
      aria-label={label}
      data={[{ value: EVERYTHING, label: all }, ...options]}
      value={value ?? EVERYTHING}
      onChange={(next) => choose(next || undefined)}
      searchable={options.length > 8}
      {...(size ? { size, w: 160 } : { w: { base: 'calc(50% - 5px)', xs: 190 } })}
    />
  )
}
