import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter, RouterProvider } from 'react-router-dom'
import { z } from 'zod'

import type { LiveEvent } from '#contract/manage/live.ts'
import { people } from '#mock-api/seed/people.ts'
import { actAs } from '#mock-api/session.ts'
import { createLive } from '#src/api/live.ts'
import type { Hear, Signal } from '#src/api/live-source.ts'
import { liveAddress, type Wanted } from '#src/api/live-topics.ts'
import { createQueryClient } from '#src/api/query-client.ts'
import { sessionEnd } from '#src/api/session-end.ts'
import { Providers } from '#src/app/providers.tsx'
import { routes } from '#src/app/routes.tsx'

z.config({ jitless: true })

/** A stream that says what the test says: jsdom has no EventSource. */
export function scriptedStream() {
  const hearers = new Set<Hear>()
  const urls: string[] = []
  const open = (org: string, wanted: Wanted, hear: Hear) => {
    urls.push(liveAddress(org, wanted))
    hearers.add(hear)
    return {
      change: (next: Wanted) => {
        const url = liveAddress(org, next)
        if (urls.at(-1) !== url) urls.push(url)
      },
      close: () => void hearers.delete(hear),
    }
  }
  const tell = (signal: Signal) => {
    for (const hear of hearers) hear(signal)
  }
  const say = ({ name, data }: LiveEvent) => tell({ kind: 'event', name, data: JSON.stringify(data) })
  return { open, say, tell, urls }
}

/** The whole portal at an address, on the mock, as one of its people. */
export function renderPortal(path: string, { as = 'operator' }: { as?: keyof typeof people | null } = {}) {
  actAs(as && people[as].id)
  sessionEnd.over()
  const client = createQueryClient()
  const stream = scriptedStream()
  const router = createMemoryRouter(routes, { initialEntries: [path] })
  render(
    <Providers client={client} live={createLive(client, stream)} env="test">
      <RouterProvider router={router} />
    </Providers>,
  )
  return { router, stream, client, user: userEvent.setup({ delay: null, pointerEventsCheck: 0 }) }
}
