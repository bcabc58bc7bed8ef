import type { Page } from 'playwright/test'

/** Goes there as a link of the portal does: the page is not loaded anew, and the mock's world goes on. */
export const go = (page: Page, to: string): Promise<void> =>
  page.evaluate((path) => {
    const idx = ((history.state as { idx?: number } | null)?.idx ?? 0) + 1
    history.pushState({ usr: null, key: String(idx), idx }, '', path)
    dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
  }, to)
