import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app/global.css'
import './app/print.css'

import { cleanNotifications } from '@mantine/notifications'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, RouterProvider } from 'react-router-dom'
import { z } from 'zod'

import { createLateLive } from './api/live-late.ts'
import { createQueryClient } from './api/query-client.ts'
import { sessionEnd } from './api/session-end.ts'
import { Providers } from './app/providers.tsx'
import { routes } from './app/routes.tsx'

// compiled parsers need `new Function`, which the content security policy refuses
z.config({ jitless: true })

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root".')

/** Shows the portal, as nobody has used it yet. The answer takes it away again, with all that it knew. */
const begin = (): (() => void) => {
  const client = createQueryClient()
  const router = createBrowserRouter(routes)
  const shown = createRoot(root)
  shown.render(
    <Providers client={client} live={createLateLive(client)}>
      <RouterProvider router={router} />
    </Providers>,
  )
  return () => {
    shown.unmount()
    router.dispose()
    client.clear()
    // what lives outside of any page
    cleanNotifications()
    sessionEnd.over()
  }
}

// a constant to the bundler: production builds do not contain the mock
if (import.meta.env.VITE_MOCK) {
  const { startMock } = await import('#mock-api/browser.ts')
  await startMock(begin)
} else begin()
