import type { ComponentProps, ReactNode } from 'react'

import { useUrl } from '#src/lib/use-url.ts'
import { KeysetPager } from './KeysetPager.tsx'
import { Resource } from './Resource.tsx'

interface Page<T> {
  items: readonly T[]
  prevCursor: string | null
  nextCursor: string | null
  total: number | null
}

interface Props<T> extends Pick<ComponentProps<typeof KeysetPager>, 'noun' | 'plural'> {
  query: ComponentProps<typeof Resource<Page<T>>>['query']
  /** What to do next where there is nothing, or nothing matches. */
  empty: ReactNode
  /** The table of one page. */
  children: (items: readonly T[]) => ReactNode
}

/** A list that is a page of its own: its table and the way through it, which stands in the URL. */
export function PagedList<T>({ noun, plural = `${noun}s`, query, empty, children }: Props<T>) {
  const { change } = useUrl()
  return (
    <Resource noun={plural} query={query} isEmpty={({ items }) => items.length === 0} empty={empty}>
      {(page) => (
        <>
          {children(page.items)}
          <KeysetPager noun={noun} plural={plural} page={page} go={(cursor) => change({ cursor })} />
        </>
      )}
    </Resource>
  )
}
