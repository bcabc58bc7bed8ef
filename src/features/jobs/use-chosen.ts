import { useCallback, useMemo, useState } from 'react'

import type { Task } from '#contract/manage/jobs.ts'

const NONE: readonly Task[] = []

/**
 * The devices that are ticked, of those on the page: whoever has left it meanwhile is not acted on, and the number
 * before an act is the number that is seen.
 */
export function useChosen(tasks: readonly Task[] = NONE) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const chosen = useMemo(
    () => new Set(ticked.size === 0 ? [] : tasks.flatMap(({ deviceId }) => (ticked.has(deviceId) ? [deviceId] : []))),
    [tasks, ticked],
  )
  const choose = useCallback((deviceId: string, isChosen: boolean) => {
    setTicked((before) => {
      const next = new Set(before)
      if (isChosen) next.add(deviceId)
      else next.delete(deviceId)
      return next
    })
  }, [])
  const forget = useCallback(() => setTicked(new Set()), [])
  const chooseAll = (all: boolean) => setTicked(new Set(all ? tasks.map(({ deviceId }) => deviceId) : []))
  return { chosen, choose, chooseAll, forget }
}
