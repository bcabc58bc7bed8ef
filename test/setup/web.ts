import '@testing-library/jest-dom/vitest'

import { cleanup } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'

import { resetWorld } from '#mock-api/db.ts'
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

// a request that the mock does not know is a gap in the mock, or in the page
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => {
  cleanup()
  server.resetHandlers()
  resetWorld()
})
afterAll(() => server.close())

/** What the operator's console would show is a defect, so it fails the test that caused it. */
beforeEach(() => {
  for (const level of ['error', 'warn'] as const)
    vi.spyOn(console, level).mockImplementation((...words) => {
      throw new Error(`console.${level} was called: ${words.map(String).join(' ')}`)
    })
})
