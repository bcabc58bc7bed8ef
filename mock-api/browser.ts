import { setupWorker } from 'msw/browser'

import { resetWorld } from './db.ts'
import { runEngine } from './engine/tick.ts'
import { handlers } from './handlers/index.ts'
import { answered, routed } from './routed.ts'
import { showSession } from './session.ts'

/** Shows the portal; what it answers takes it away again. */
type Begin = () => () => void

/** Puts the mock between the page and the network, and lets its devices live. For development and tests only. */
export async function startMock(begin: Begin): Promise<void> {
  await setupWorker(routed(handlers)).start({
    quiet: true,
    // the page's own files come from Vite; a call of the API without a handler is a gap in the mock
    onUnhandledRequest: ({ url }, print) => {
      if (new URL(url).pathname.startsWith('/api/')) print.error()
    },
  })
  showSession()
  runEngine()
  Object.assign(window, { mock: visits(begin) })
}

/**
 * A page that is loaded can be visited again as if it were not: a new portal in a new world, for a fraction of what a
 * load costs. What the browser keeps, its storage and cookies, is left to whoever asks.
 */
function visits(begin: Begin) {
  let end = begin()
  const leave = async () => {
    end()
    end = () => undefined
    // an answer that is under way belongs to the world that goes
    await answered()
    resetWorld()
  }
  const visit = async (path: string) => {
    await leave()
    showSession()
    history.replaceState(null, '', path)
    end = begin()
  }
  return { leave, visit }
}
