import { test as base, expect } from 'playwright/test'

import type { Fleet } from '#device/simulator/fleet.ts'

import { ADMIN, OLD, openField, type Field } from '../../test/support/field.ts'

export { expect }

export const DEVICES = 50

interface Shared {
  /** The built service; one for all journeys of a worker. */
  field: Field
  fleet: Fleet
}

interface Each {
  guards: void
  signedIn: void
}

/** `test` against everything real: the service that ships, real connections, real files, and a clean console. */
export const test = base.extend<Each, Shared>({
  field: [
    async ({ browserName: _ }, use) => {
      const field = await openField(DEVICES)
      await use(field)
      await field.end()
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  fleet: [
    // files are kept, because a journey compares what a device holds with what was uploaded
    async ({ field }, use) => use(await field.startFleet(OLD, { keep: true, restartMs: 500, parallelDownloads: 5 })),
    { scope: 'worker' },
  ],

  baseURL: async ({ field }, use) => use(field.service().url),

  guards: [
    async ({ page, field }, use) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      page.on('response', (response) => {
        if (response.status() >= 400)
          complaints.push(`${response.status()} ${response.url().replace(field.service().url, '')}`)
      })
      await use()
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],

  signedIn: async ({ page }, use) => {
    await page.goto('/')
    await page.getByRole('textbox', { name: 'Email' }).fill(ADMIN.email)
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await use()
  },
})
