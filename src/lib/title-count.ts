import { createStore } from './store.ts'

/** Unread notices, which every page's title counts. */
export const titleCount = createStore(0)
