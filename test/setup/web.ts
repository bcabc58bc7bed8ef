import '@testing-library/jest-dom/vitest'

import { notifications } from '@mantine/notifications'
import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'

import { resetTouchedWorld } from '#mock-api/db.ts'
import { server } from '#mock-api/node.ts'

/** What Mantine asks of a browser and jsdom has not. */
class NoResizes {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
vi.stubGlobal('ResizeObserver', NoResizes)
vi.stubGlobal('matchMedia', (media: string) => ({
  media,
  matches: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}))
Element.prototype.scrollIntoView = () => undefined
Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true })

// a busy 2-core machine takes longer than a second for a page; what comes sooner is seen sooner
configure({ asyncUtilTimeout: 10_000 })

// a request that the mock does not know is a gap in the mock, or in the page
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => {
  cleanup()
  // what one test was told is no word of the next: it lives outside of any page
  notifications.clean()
  server.resetHandlers()
  resetTouchedWorld()
})
afterAll(() => server.close())

/** What the operator's console would show is a defect, so it fails the test that caused it. */
beforeEach(() => {
  for (const level of ['error', 'warn'] as const)
    vi.spyOn(console, level).mockImplementation((...words) => {
      throw new Error(`console.${level} was called: ${words.map(String).join(' ')}`)
    })
})
