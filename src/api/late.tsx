import { lazy, useEffect, useSyncExternalStore, type ComponentType } from 'react'

import { createStore } from '#src/lib/store.ts'
import { fetchChunk, MissingChunk, type Lack } from './chunk.ts'

export interface MissingProps {
  lack: Lack
  again: () => void
}

type Load<P> = () => Promise<ComponentType<P>>
/** What stands in the place of a part that is missing; it is given the part's own properties as well. */
type Missing<P> = ComponentType<MissingProps & P>

/** Pause between attempts while the server does not answer, ms. */
const PAUSE_MS = 5_000

/** A component that is fetched when it is first shown. `Missing` is shown until it could be had. */
export const late = <P extends object>(load: Load<P>, Missing: Missing<P>) =>
  lazy(async () => ({ default: await fetchPart(load, Missing) }))

/**
 * The component itself, or one that becomes it: whoever asked keeps for ever what it was answered, also a failure.
 * @throws only what the code of the component throws
 */
export const fetchPart = <P extends object>(load: Load<P>, Missing: Missing<P>): Promise<ComponentType<P>> =>
  fetchChunk(load).catch((error: unknown) => partToCome(load, Missing, lackOf(error)))

type State<P> = { Part: ComponentType<P> } | { lack: Lack } | { fault: unknown }

function partToCome<P extends object>(load: Load<P>, Missing: Missing<P>, first: Lack): ComponentType<P> {
  const state = createStore<State<P>>({ lack: first })
  let asked: Promise<void> | undefined
  const again = () => {
    if (!('lack' in state.get())) return
    asked ??= fetchChunk(load, true)
      .then((Part) => ({ Part }), stateAfter)
      .then((next) => {
        asked = undefined
        state.set(next)
      })
  }
  return function Part(props: P) {
    const now = useSyncExternalStore(state.subscribe, state.get)
    const isWaiting = 'lack' in now && now.lack === 'noAnswer'
    // whoever comes back to it later need not wait
    useEffect(again, [])
    useEffect(() => {
      if (!isWaiting) return undefined
      const pause = setTimeout(again, PAUSE_MS)
      window.addEventListener('online', again)
      return () => {
        clearTimeout(pause)
        window.removeEventListener('online', again)
      }
      // `now` is another after each attempt: the next one is as far away
    }, [isWaiting, now])
    if ('fault' in now) throw now.fault
    return 'Part' in now ? <now.Part {...props} /> : <Missing {...props} lack={now.lack} again={again} />
  }
}

const stateAfter = (error: unknown) => (error instanceof MissingChunk ? { lack: error.lack } : { fault: error })

function lackOf(error: unknown): Lack {
  if (error instanceof MissingChunk) return error.lack
  throw error
}
