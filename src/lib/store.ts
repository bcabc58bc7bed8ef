export interface Store<T> {
  get(): T
  set(next: T): void
  subscribe(onChange: () => void): () => void
}

/** The smallest thing that `useSyncExternalStore` can read. Setting what is already there tells nobody. */
export function createStore<T>(initial: T): Store<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of listeners) listener()
    },
    subscribe(onChange) {
      listeners.add(onChange)
      return () => void listeners.delete(onChange)
    },
  }
}
