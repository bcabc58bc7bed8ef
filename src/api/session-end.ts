import { createStore } from '#src/lib/store.ts'

const store = createStore(false)

/**
 * That the server no longer knows this session, learnt from any refused call. The shell then asks for the password
 * over the page, so that nothing typed is lost.
 */
export const sessionEnd = {
  ...store,
  happened: () => store.set(true),
  over: () => store.set(false),
}
