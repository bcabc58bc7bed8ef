import type { Locator, Page } from 'playwright/test'

import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { LIFT } from '#mock-api/seed/fleet.ts'
import { id } from '#mock-api/seed/ids.ts'
import { jobIds } from '#mock-api/seed/jobs.ts'
import { longIds, longNames } from '#mock-api/seed/long.ts'
import { policyIds } from '#mock-api/seed/policies.ts'
import { troubledOrgs, type Trouble } from '#mock-api/seed/troubled.ts'

import { binaryFile, chooseFile } from './support/files.ts'
import { go } from './support/go.ts'
import { expect, open, passTime, test } from './support/test.ts'

/** A page in every state that it can be in. */
interface States {
  page: string
  /** Behind the organisation's own address. */
  path: string
  /** What it shows, as its sentences call it. */
  noun: string
  /** Something that only the data brings. */
  shows: (page: Page) => Locator
  /** What an organisation without anything reads there; a page of one thing says that it could not find it. */
  empty?: string
  /** Where to go when it is not there or not for this person. */
  wayOut?: string
  /** Where it shows names that are as long as they may be, and one of them. */
  long: { path: string; name: string }
  /** It changes something, and whoever may not do that reads so before it asks for anything. */
  writes?: boolean
}

const table = (name: string) => (page: Page) => page.getByRole('table', { name, exact: true })
const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { name, level: 1 })

const list = (path: string, noun: string, label: string, empty: string, name: string): States => ({
  page: `list of ${noun}`,
  path,
  noun,
  shows: table(label),
  empty,
  long: { path, name },
})

const NEW = '/jobs/new?type=upgrade&firmware='

const PAGES: readonly States[] = [
  {
    page: 'overview',
    path: '',
    noun: 'running jobs',
    shows: table('Running jobs'),
    empty: 'The way to the first upgrade',
    long: { path: '', name: longNames.job },
  },
  list('/firmware', 'firmware', 'Firmware', 'No firmware yet', longNames.firmware),
  list('/jobs', 'jobs', 'OTA Jobs', 'No jobs yet', longNames.job),
  list('/policies', 'policies', 'Upgrade Policies', 'No upgrade policies yet', longNames.policy),
  list('/devices', 'devices', 'Devices', 'No devices yet', longNames.device),
  list('/products', 'products', 'Products', 'No products yet', longNames.product),
  list('/activity', 'entries', 'Activity', 'Nothing has happened yet', longNames.job),
  {
    page: 'a firmware',
    path: `/firmware/${firmwareIds.verified}`,
    noun: 'this firmware',
    shows: table('Jobs of this firmware'),
    wayOut: 'All firmware',
    long: { path: `/firmware/${longIds.firmware}`, name: longNames.firmware },
  },
  {
    page: 'a job',
    path: `/jobs/${jobIds.started}`,
    noun: 'this job',
    shows: table('To be Pushed'),
    wayOut: 'All jobs',
    long: { path: `/jobs/${longIds.job}?tab=upgrading`, name: longNames.job },
  },
  {
    page: 'a policy',
    path: `/policies/${policyIds.careful}`,
    noun: 'this policy',
    shows: heading('Careful'),
    wayOut: 'All upgrade policies',
    long: { path: `/policies/${longIds.policy}`, name: longNames.policy },
  },
  {
    page: 'a device',
    path: `/devices/${id.device(7)}`,
    noun: 'this device',
    shows: heading('meter-007'),
    wayOut: 'All devices',
    long: { path: `/devices/${longIds.device}`, name: longNames.device },
  },
  {
    page: 'a product',
    path: `/products/${LIFT}`,
    noun: 'this product',
    shows: heading('HDB Lift Sensor'),
    wayOut: 'All products',
    long: { path: `/products/${longIds.product}`, name: longNames.product },
  },
  {
    page: 'a new job',
    path: `${NEW}${firmwareIds.verified}`,
    noun: 'this firmware',
    shows: (page) => page.getByRole('list', { name: 'Why these devices' }),
    long: { path: `${NEW}${longIds.firmware}`, name: longNames.firmware },
    writes: true,
  },
  {
    page: 'an edited job',
    path: `/jobs/${jobIds.stopped}/edit`,
    noun: 'this job',
    shows: heading('Edit weekend-rollout'),
    wayOut: 'All jobs',
    long: { path: `/jobs/${longIds.job}/edit`, name: longNames.job },
    writes: true,
  },
  {
    page: 'a copy of a policy',
    path: `/policies/new?from=${policyIds.careful}`,
    noun: 'the policy to copy',
    shows: (page) => page.getByRole('textbox', { name: 'Name' }),
    wayOut: 'All upgrade policies',
    long: { path: `/policies/new?from=${longIds.policy}`, name: longNames.text },
    writes: true,
  },
]

const at = (trouble: Trouble, path: string) => `/orgs/${troubledOrgs[trouble].slug}${path}`

/** Walks all pages in one load, and says of each which it is when it is not as it should be. */
async function walk(page: Page, trouble: Trouble, look: (states: States) => Promise<void>, of = PAGES): Promise<void> {
  for (const states of of) {
    await test.step(states.page, async () => {
      await go(page, at(trouble, trouble === 'long' ? states.long.path : states.path))
      await look(states)
    })
  }
}

/** Waits for it while the page's clock runs faster: slow answers and second attempts take their seconds from there. */
const soon = (page: Page, locator: Locator): Promise<void> =>
  expect(async () => {
    await page.clock.fastForward(4_000)
    await expect(locator).toBeVisible({ timeout: 100 })
  }).toPass({ timeout: 20_000, intervals: [50] })

const widthOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth)

const alert = (page: Page, words: string): Locator => page.getByRole('alert').filter({ hasText: words }).first()

test.use({ as: 'tester', ownPage: true })
test.beforeEach(async ({ page }) => {
  test.setTimeout(120_000)
  await page.clock.install()
  await open(page, '/help')
})

test('each page says what it is loading, then what there is not, and what to do about that', async ({ page }) => {
  await walk(page, 'slow', async ({ noun, empty, wayOut, writes }) => {
    await expect(page.getByRole('status', { name: `Loading ${noun}` })).toBeVisible()
    if (empty !== undefined) return soon(page, page.getByText(empty))
    await soon(page, alert(page, `Could not find ${noun}`))
    if (wayOut !== undefined) await expect(page.getByRole('main').getByRole('link', { name: wayOut })).toBeVisible()
    expect(writes ?? wayOut, 'a way out').toBeTruthy()
  })
})

test('each page that cannot be loaded says why, and can be tried again', async ({ page }) => {
  await walk(page, 'down', async ({ noun }) => {
    const notice = alert(page, `Could not load ${noun}`)
    await soon(page, notice)
    await expect(notice).toContainText('The service is restarting.')
    await expect(notice.getByRole('button', { name: 'Try again' })).toBeVisible()
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  })
  await go(page, at('down', '/firmware/new'))
  await chooseFile(page, binaryFile('fan-fw-3.0.0.bin', 77))
  await soon(page, page.getByText('Could not load the products. The service is restarting.').first())
})

test('a new policy that cannot be saved says why, and keeps what was written', async ({ page }) => {
  await go(page, at('down', '/policies/new'))
  const name = page.getByRole('textbox', { name: 'Name' })
  await name.fill('Nights')
  await page.getByRole('button', { name: 'Save policy' }).click()
  await soon(page, page.getByRole('alert').filter({ hasText: 'The service is restarting.' }))
  await expect(name).toHaveValue('Nights')
})

test('each page that is not for this person says whom to ask, and asks nothing twice', async ({ page }) => {
  await walk(page, 'closed', async ({ noun, wayOut, writes = false }) => {
    const notice = alert(page, writes ? 'You may not do this' : `You may not see ${noun}`)
    await expect(notice).toContainText('GovTech')
    await expect(page.getByRole('button', { name: 'Try again' })).toHaveCount(0)
    if (!writes && wayOut !== undefined) await expect(notice.getByRole('link', { name: wayOut })).toBeVisible()
  })
  for (const path of ['/firmware/new', '/policies/new']) {
    await go(page, at('closed', path))
    await expect(alert(page, 'You may not do this')).toContainText('GovTech')
    await expect(page.getByRole('textbox')).toHaveCount(0)
  }
})

test('each page whose service has gone keeps what it shows, and says how old that is', async ({ page }) => {
  await walk(page, 'fading', ({ shows }) => expect(shows(page)).toBeVisible())
  await passTime(page, 61)
  // what was asked for a moment ago counts as fresh, and is not asked for again
  await page.clock.fastForward(5_000)
  await walk(page, 'fading', async ({ noun, shows }) => {
    await soon(page, alert(page, `What you see of ${noun} may be out of date`))
    await expect(shows(page)).toBeVisible()
    await expect(page.getByRole('status').filter({ hasText: 'No live updates since' })).toBeVisible()
  })
})

test('each page bears names that are as long as they may be, also on a screen of 320 pixels', async ({ page }) => {
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 720 })
    await walk(page, 'long', async ({ long: { name } }) => {
      await expect(page.getByRole('main')).toContainText(name)
      expect(await widthOf(page), `${width} px`).toBeLessThanOrEqual(width)
    })
    // where one chooses among organisations, and what belongs to none
    await go(page, '/orgs')
    await expect(page.getByRole('table', { name: 'Organisations' })).toContainText(troubledOrgs.long.name)
    expect(await widthOf(page), `organisations, ${width} px`).toBeLessThanOrEqual(width)
    await go(page, '/help')
    await expect(page.getByRole('heading', { name: 'Help', level: 1 })).toBeVisible()
    expect(await widthOf(page), `help, ${width} px`).toBeLessThanOrEqual(width)
  }
})
