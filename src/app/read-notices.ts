import { createStore } from '#src/lib/store.ts'

/** Older ones belong to jobs that have gone on long ago. */
const KEPT = 500

const keyOf = (userId: string) => `notices-read ${userId}`

function readFrom(userId: string): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(userId)) ?? '[]')
    return new Set(Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : [])
  } catch {
    // unreadable or forbidden storage: everything is unread again, which loses nothing
    return new Set()
  }
}

/**
 * Which notices a person has read. It is kept in the browser, for each person apart: what a notice is about stands in
 * the lists of the server anyway, and reading it on another computer a second time harms nobody.
 */
export function createReadNotices(userId: string) {
  const store = createStore(readFrom(userId))
  return {
    get: store.get,
    subscribe(onChange: () => void) {
      const unsubscribe = store.subscribe(onChange)
      // another tab of this browser has read some
      const follow = ({ key }: StorageEvent) => key === keyOf(userId) && store.set(readFrom(userId))
      window.addEventListener('storage', follow)
      return () => {
        unsubscribe()
        window.removeEventListener('storage', follow)
      }
    },
    read(ids: readonly string[]) {
      const all = [...new Set([...store.get(), ...ids])].slice(-KEPT)
      store.set(new Set(all))
      try {
        localStorage.setItem(keyOf(userId), JSON.stringify(all))
      } catch {
        // a full or forbidden storage: read for as long as the page stands
      }
    },
  }
}
