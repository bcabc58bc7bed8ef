import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app/global.css'
import './app/print.css'

import { createRoot } from 'react-dom/client'
import { createBrowserRouter, RouterProvider } from 'react-router-dom'
import { z } from 'zod'

import { createLateLive } from './api/live-late.ts'
import { createQueryClient } from './api/query-client.ts'
import { Providers } from './app/providers.tsx'
import { routes } from './app/routes.tsx'

// compiled parsers need `new Function`, which the content security policy refuses
z.config({ jitless: true })

// a constant to the bundler: production builds do not contain the mock
if (import.meta.env.VITE_MOCK) {
  const { startMock } = await import('#mock-api/browser.ts')
  await startMock()
}

const client = createQueryClient()
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root".')
createRoot(root).render(
  <Providers client={client} live={createLateLive(client)}>
    <RouterProvider router={createBrowserRouter(routes)} />
  </Providers>,
)
