import type { Page } from 'playwright/test'

import { PASSWORD, people } from '#mock-api/seed/people.ts'
import { sentinel } from '#mock-api/sentinel.ts'

import { expect, open, test } from './support/test.ts'

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Email' }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test.describe('someone who is not signed in', () => {
  test.use({ as: null })

  test('an operator signs in and works in their organisation', async ({ page }) => {
    await open(page, '/')
    await signIn(page, people.operator.email, PASSWORD)
    await expect(page.getByRole('button', { name: `Account: ${people.operator.name}` })).toBeVisible()
  })

  test('an operator comes to the page that the link named', async ({ page }) => {
    await open(page, '/orgs/hdb/devices?q=lift')
    await signIn(page, people.operator.email, PASSWORD)
    await expect(page.getByRole('heading', { name: 'Devices', level: 1 })).toBeVisible()
    await expect(page).toHaveURL('/orgs/hdb/devices?q=lift')
  })

  test('a link cannot lead to another site after the sign-in', async ({ page, baseURL }) => {
    await open(page, '/sign-in?next=//evil.example/')
    await signIn(page, people.operator.email, PASSWORD)
    await expect(page.getByRole('button', { name: `Account: ${people.operator.name}` })).toBeVisible()
    expect(page.url().startsWith(baseURL ?? 'none')).toBe(true)
  })

  for (const [whose, email] of [
    ['their own', people.operator.email],
    ['an unknown', 'stranger@example.com'],
  ] as const) {
    test(`a wrong password with ${whose} address is refused in the same words`, async ({ page }) => {
      await open(page, '/sign-in')
      await signIn(page, email, 'not the password')
      await expect(page.getByRole('alert')).toContainText('The email address or the password is wrong.')
      await expect(page.getByRole('textbox', { name: 'Email' })).toHaveValue(email)
    })
  }

  test('an empty form says beside its fields what is missing', async ({ page }) => {
    await open(page, '/sign-in')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('textbox', { name: 'Email' })).toHaveAccessibleDescription('Enter your email address')
    await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription('Enter your password')
  })

  test('too many attempts are told so', async ({ page }) => {
    await open(page, '/sign-in')
    await signIn(page, sentinel.throttledEmail, PASSWORD)
    await expect(page.getByRole('alert')).toContainText('Too many attempts to sign in.')
  })

  test('whoever signs in while the service restarts is told so, and goes on with what they typed', async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 256 })
    await open(page, '/sign-in')
    await signIn(page, sentinel.unavailableEmail, PASSWORD)
    await expect(page.getByRole('alert')).toContainText('The service is restarting.')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    await page.getByRole('textbox', { name: 'Email' }).fill(people.operator.email)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('table', { name: 'Organisations' })).toBeVisible()
  })
})

test('an operator signs out and is asked to sign in again', async ({ page }) => {
  await open(page, '/orgs/hdb')
  await page.getByRole('button', { name: `Account: ${people.operator.name}` }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await open(page, '/orgs/hdb/firmware')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('an operator whose session ended signs in over the page and goes on', async ({ page }) => {
  await open(page, '/orgs/hdb/devices')
  await expect(page.getByRole('table', { name: 'Devices' })).toBeVisible()
  await page.getByRole('searchbox', { name: 'Search by device key' }).fill(sentinel.signedOut)
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('searchbox', { name: 'Search by device key' })).toHaveValue(sentinel.signedOut)
})
