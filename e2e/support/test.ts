import { expect, test as base, type ConsoleMessage, type Locator, type Page, type Request } from 'playwright/test'

import { storageOf, type Person } from './session.ts'

export { expect, type Person }

interface Options {
  /** Who is signed in when the page opens; null for nobody. */
  as: Person | null
  /** For what a page cannot get rid of again, like another clock: one that nobody has used, and nobody will. */
  ownPage: boolean
  guards: void
}

/** A page and its code stay warm from one journey to the next; everything that a journey sees of it begins anew. */
interface Kept {
  kept: { page?: Page | undefined }
}

/** `test` with rules no spec can forget: the console stays clean, and nothing leaves for another origin. */
export const test = base.extend<Options, Kept>({
  as: ['operator', { option: true }],
  ownPage: [false, { option: true }],
  kept: [({ browserName: _ }, use) => use({}), { scope: 'worker' }],

  page: async ({ as, ownPage, kept, browser }, use) => {
    const page = (ownPage ? undefined : kept.page) ?? (await (await browser.newContext()).newPage())
    const before = page.viewportSize()
    await page.context().clearCookies()
    await page.context().addCookies(storageOf(as).cookies)
    await use(page)
    kept.page = ownPage ? kept.page : undefined
    if (ownPage || !(await forget(page))) return page.context().close()
    if (before) await page.setViewportSize(before)
    await page.emulateMedia({ colorScheme: 'light', media: null })
    kept.page = page
  },

  guards: [
    async ({ page, baseURL }, use) => {
      const complaints: string[] = []
      const own = new URL(baseURL ?? '').origin
      const onRequest = (request: Request) => {
        const { origin, protocol } = new URL(request.url())
        if (origin !== own && protocol.startsWith('http')) complaints.push(`asked another origin: ${request.url()}`)
      }
      const onError = (error: Error) => complaints.push(error.message)
      const onConsole = (message: ConsoleMessage) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return
        // the browser itself logs every 4xx, 5xx and cut; specs assert on what the operator sees of those
        if (!message.text().startsWith('Failed to load resource')) complaints.push(message.text())
      }
      page.context().on('request', onRequest)
      page.on('pageerror', onError)
      page.on('console', onConsole)
      await use()
      page.context().off('request', onRequest)
      page.off('pageerror', onError)
      page.off('console', onConsole)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

/** What `mock-api/browser.ts` offers. */
interface Mocked {
  mock: { visit: (path: string) => Promise<void>; leave: () => Promise<void> }
}

/** Ends a visit, and all that the browser has kept of it; false where there was none. */
const forget = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const { mock } = window as never as Partial<Mocked>
    if (!mock) return false
    await mock.leave()
    localStorage.clear()
    sessionStorage.clear()
    for (const name of await caches.keys()) await caches.delete(name)
    return true
  })

/** Comes to the portal by an address, as who types it or follows a link: portal and world are as nobody has used them. */
export async function open(page: Page, path: string): Promise<void> {
  if (page.url() === 'about:blank') await page.goto(path)
  else await page.evaluate((to) => (window as never as Mocked).mock.visit(to), path)
}

const pageOf = (scope: Page | Locator): Page => ('page' in scope ? scope.page() : scope)

/** A table row, found the way a screen reader announces it: by its row header. */
export function rowOf(scope: Page | Locator, name: string): Locator {
  // what a row has is looked for from the row on
  const header = pageOf(scope).getByRole('rowheader', { name, exact: true })
  return scope.getByRole('row').filter({ has: header })
}

/** Mantine's Select is a combobox whose listbox is portalled away from the form that owns it. */
export async function choose(scope: Page | Locator, label: string, option: string | RegExp): Promise<void> {
  const page = pageOf(scope)
  await scope.getByRole('combobox', { name: label }).click()
  await page.getByRole('listbox', { name: label }).getByRole('option', { name: option, exact: true }).click()
}

/** Asserts the toast and dismisses it, so that it cannot cover what the spec clicks next. */
export async function expectToast(page: Page, text: string | RegExp): Promise<void> {
  const toast = page.getByRole('alert').filter({ hasText: text })
  await expect(toast).toBeVisible()
  await toast.getByRole('button').click()
  await expect(toast).toBeHidden()
}

/** Lets time pass in the mock's world. */
export const passTime = (page: Page, seconds: number): Promise<unknown> =>
  page.evaluate((s) => fetch(`/mock/clock?seconds=${s}`, { method: 'POST' }).then(({ ok }) => ok), seconds)

/** Presses a button of the page and the same one in the dialog that asks, and waits until it is done. */
export async function confirm(page: Page, act: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: act }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: act }).click()
  await expect(dialog).toBeHidden()
}
