import { useCallback, useContext } from 'react'
import { UNSAFE_DataRouterContext as RouterContext, useSearchParams } from 'react-router-dom'
import type { z } from 'zod'

type Changes = Record<string, string | undefined>

/** The search part of the URL as state: reads it, and changes some of it while the rest stays. */
export function useUrl() {
  const [search, setSearch] = useSearchParams()
  const router = useContext(RouterContext)?.router
  /**
   * An empty or undefined value removes its parameter. A change of anything else goes back to the first page, unless it
   * leaves the list as it is.
   */
  const change = useCallback(
    (changes: Changes, { replace = false, keepPage = false } = {}) =>
      setSearch(
        (shown) => {
          // what is shown may lag behind: a second filter chosen at once must not take the first one back
          const next = new URLSearchParams(router?.state.location.search ?? shown)
          if (!keepPage && !('cursor' in changes)) next.delete('cursor')
          for (const [name, value] of Object.entries(changes)) {
            if (value) next.set(name, value)
            else next.delete(name)
          }
          return next
        },
        { replace, preventScrollReset: true },
      ),
    [router, setSearch],
  )
  return { search, change }
}

/**
 * What a URL asks for, as far as the operation's own schema understands it. An unknown or impossible parameter is
 * ignored and no error: people edit and share URLs.
 */
export function readSearch<T extends z.ZodObject>(schema: T, search: URLSearchParams): Partial<z.output<T>> {
  const found: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(schema.shape)) {
    const value = search.get(name)
    if (!value) continue
    const parsed = (part as z.ZodType).safeParse(value)
    if (parsed.success) found[name] = parsed.data
  }
  return found as Partial<z.output<T>>
}
