import { useEffect, useState, type RefObject } from 'react'

/** What the rounding of widths may make of nothing, pixels. */
const ROUNDING = 1

/** Whether an element holds more than its width shows, so that it can be moved sideways. */
export function useScrolls(frame: RefObject<HTMLElement | null>): boolean {
  const [scrolls, setScrolls] = useState(false)
  useEffect(() => {
    const { current } = frame
    if (!current) return undefined
    // told when everything has its place: to measure then makes the browser do nothing twice
    const observer = new ResizeObserver(() => {
      const isWider = current.scrollWidth > current.clientWidth + ROUNDING
      // a row that comes or goes takes the focus from nobody
      setScrolls((did) => isWider || (did && current === document.activeElement))
    })
    observer.observe(current)
    // what is in it widens by itself
    for (const child of current.children) observer.observe(child)
    return () => observer.disconnect()
  }, [frame])
  return scrolls
}
