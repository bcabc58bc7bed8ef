import { expect, test as base, type Locator, type Page } from 'playwright/test'

import { storageOf, type Person } from './session.ts'

export { expect, type Person }

interface Options {
  /** Who is signed in when the page opens; null for nobody. */
  as: Person | null
  guards: void
}

/** `test` with rules no spec can forget: the console stays clean, and nothing leaves for another origin. */
export const test = base.extend<Options>({
  as: ['operator', { option: true }],

  storageState: async ({ as }, use) => use(storageOf(as)),

  guards: [
    async ({ page, context, baseURL }, use) => {
      const complaints: string[] = []
      const own = new URL(baseURL ?? '').origin
      context.on('request', (request) => {
        const { origin, protocol } = new URL(request.url())
        if (origin !== own && protocol.startsWith('http')) complaints.push(`asked another origin: ${request.url()}`)
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return
        // the browser itself logs every 4xx, 5xx and cut; specs assert on what the operator sees of those
        if (!message.text().startsWith('Failed to load resource')) complaints.push(message.text())
      })
      await use()
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

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
