import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter, RouterProvider } from 'react-router-dom'
import { z } from 'zod'

import type { LiveEvent } from '#contract/manage/live.ts'
import { people } from '#mock-api/seed/people.ts'
import { actAs } from '#mock-api/session.ts'
import { createLive } from '#src/api/live.ts'
import type { Hear } from '#src/api/live-source.ts'
import { createQueryClient } from '#src/api/query-client.ts'
import { sessionEnd } from '#src/api/session-end.ts'
import { Providers } from '#src/app/providers.tsx'
import { routes } from '#src/app/routes.tsx'

z.config({ jitless: true })

/** A stream that says what the test says: jsdom has no EventSource. */
export function scriptedStream() {
  const hearers = new Set<Hear>()
  const urls: string[] = []
  const open = (url: string, hear: Hear) => {
    urls.push(url)
    hearers.add(hear)
    return () => void hearers.delete(hear)
  }
  const say = ({ name, data }: LiveEvent) => {
    for (const hear of hearers) hear({ kind: 'event', name, data: JSON.stringify(data) })
  }
  return { open, say, urls }
}

/** The whole portal at an address, on the mock, as one of its people. */
export function renderPortal(path: string, { as = 'operator' }: { as?: keyof typeof people | null } = {}) {
  actAs(as && people[as].id)
  sessionEnd.over()
  const client = createQueryClient()
  const stream = scriptedStream()
  const router = createMemoryRouter(routes, { initialEntries: [path] })
  render(
    <Providers client={client} live={createLive(client, stream.open)} env="test">
      <RouterProvider router={router} />
    </Providers>,
  )
  return { router, stream, client, user: userEvent.setup({ delay: null, pointerEventsCheck: 0 }) }
}
