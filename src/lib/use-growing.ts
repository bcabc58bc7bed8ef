import { useEffect, useState } from 'react'

/**
 * How many of many pieces are to be drawn: some at once, and so many more with each frame until all are there, so that
 * none holds the page up. Each step is drawn for itself: changes that come meanwhile, however many, do not put it off.
 */
export function useGrowing(total: number, step: number): number {
  const [drawn, setDrawn] = useState(step)
  useEffect(() => {
    if (drawn >= total) return
    const frame = requestAnimationFrame(() => setDrawn(drawn + step))
    return () => cancelAnimationFrame(frame)
  }, [drawn, total, step])
  return Math.min(drawn, total)
}
