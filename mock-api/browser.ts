import { setupWorker } from 'msw/browser'

import { runEngine } from './engine/tick.ts'
import { handlers } from './handlers/index.ts'
import { routed } from './routed.ts'
import { showSession } from './session.ts'

/** Puts the mock between the page and the network, and lets its devices live. For development and tests only. */
export async function startMock(): Promise<void> {
  await setupWorker(routed(handlers)).start({
    quiet: true,
    // the page's own files come from Vite; a call of the API without a handler is a gap in the mock
    onUnhandledRequest: ({ url }, print) => {
      if (new URL(url).pathname.startsWith('/api/')) print.error()
    },
  })
  showSession()
  runEngine()
}
