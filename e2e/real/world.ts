import { test as base, expect } from 'playwright/test'

import type { Fleet } from '#device/simulator/fleet.ts'

import { ADMIN, OLD, openField, type Field } from '../../test/support/field.ts'
import { openLine, type Line } from './line.ts'

export { expect }

export const DEVICES = 50

interface Shared {
  /** The built service; one for all journeys of a worker. */
  field: Field
  fleet: Fleet
}

interface Each {
  /** A journey that cuts the connection: the browser says so on its console, and only that is forgiven. */
  losesItsLine: boolean
  guards: void
  signedIn: void
  /** A way to the service that can be cut. */
  line: Line
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

  losesItsLine: [false, { option: true }],

  guards: [
    async ({ page, field, losesItsLine }, use) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return
        if (!losesItsLine || !message.text().startsWith('Failed to load resource: net::'))
          complaints.push(message.text())
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

  line: async ({ field }, use) => {
    const line = await openLine(Number(new URL(field.service().url).port))
    await use(line)
    await line.close()
  },

  signedIn: async ({ page }, use) => {
    await page.goto('/')
    await page.getByRole('textbox', { name: 'Email' }).fill(ADMIN.email)
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('button', { name: /^Account/ })).toBeVisible()
    await use()
  },
})
