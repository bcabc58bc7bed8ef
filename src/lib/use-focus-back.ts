import { useEffect, useState } from 'react'

/** Puts the focus there, or on the page where that has gone meanwhile or was nothing. */
export function focusOn(element: Element | null): void {
  const isThere = element instanceof HTMLElement && element.isConnected && element !== document.body
  const target = isThere ? element : document.getElementById('main')
  target?.focus({ preventScroll: true })
}

/**
 * Gives the focus back to whatever had it, from a dialog that is on the page only while it is open: one that comes open
 * never learns from where it was opened.
 */
export function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      if (document.activeElement === document.body) focusOn(opener)
    },
    [opener],
  )
}
