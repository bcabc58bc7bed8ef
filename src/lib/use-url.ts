import { useCallback } from 'react'
import { useSearchParams } from 'react-router-dom'
import type { z } from 'zod'

type Changes = Record<string, string | undefined>

/** The search part of the URL as state: reads it, and changes some of it while the rest stays. */
export function useUrl() {
  const [search, setSearch] = useSearchParams()
  /** An empty or undefined value removes its parameter. A change of anything else goes back to the first page. */
  const change = useCallback(
    (changes: Changes, { replace = false } = {}) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before)
          if (!('cursor' in changes)) next.delete('cursor')
          for (const [name, value] of Object.entries(changes)) {
            if (value) next.set(name, value)
            else next.delete(name)
          }
          return next
        },
        { replace, preventScrollReset: true },
      ),
    [setSearch],
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
