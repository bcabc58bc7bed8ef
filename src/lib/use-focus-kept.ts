import { useEffect } from 'react'

/** The parts of a page that have a name, and so tell whoever does not see them where they are. */
const PARTS = 'section, fieldset, table, [role="dialog"], ul[aria-label], ol[aria-label], main'

/** An element and everything that it stands in, from the inside out: once it is gone nobody can ask for that. */
function trailOf(element: Element): Element[] {
  const trail: Element[] = []
  for (let at: Element | null = element; at; at = at.parentElement) trail.push(at)
  return trail
}

/**
 * Keeps the place of whoever works by keyboard. When what has the focus leaves the page, as a button that has done its
 * work or a row that moves on, the browser would drop them at the beginning: the focus goes to the part of the page in
 * which it stood. Not to the next button, which a key that is pressed once too often would press.
 */
export function useFocusKept(): void {
  useEffect(() => {
    let last: Element[] = []
    /** Where it last stood on the page itself: dialogs and menus go back to that. */
    let onPage: Element[] = []
    const remember = ({ target }: FocusEvent) => {
      if (!(target instanceof Element)) return
      last = trailOf(target)
      if (target.closest('#main')) onPage = last
    }
    const keep = () => {
      if (document.activeElement !== document.body || last[0] === undefined || last[0].isConnected) return
      const part = [...last, ...onPage].find((element) => element.isConnected && element.matches(PARTS))
      last = []
      if (!(part instanceof HTMLElement)) return
      if (part.tabIndex < 0) part.tabIndex = -1
      part.focus({ preventScroll: true })
    }
    const observer = new MutationObserver(keep)
    observer.observe(document.body, { childList: true, subtree: true })
    document.addEventListener('focusin', remember)
    return () => {
      observer.disconnect()
      document.removeEventListener('focusin', remember)
    }
  }, [])
}
