import type { Page } from 'playwright/test'

import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { GATEWAY, LIFT, seedDevices } from '#mock-api/seed/fleet.ts'
import { id } from '#mock-api/seed/ids.ts'
import { jobIds } from '#mock-api/seed/jobs.ts'
import { policyIds } from '#mock-api/seed/policies.ts'
import { rolloutIds } from '#mock-api/seed/rollout-plans.ts'
import { sentinel } from '#mock-api/sentinel.ts'

import { binaryFile, chooseFile, emptyFile, textFile } from './files.ts'
import { choose, expect as expects, type Person } from './test.ts'

/** Pictures are taken without the settings of the specs, and a busy machine needs its time. */
const expect = expects.configure({ timeout: 15_000 })

export interface Shown {
  /** What is shown, for the title. */
  what: string
  path: string
  as?: Person | null
  /** Something that says that the page is complete. */
  ready: (page: Page) => Promise<void>
  /** It leaves something behind, a draft or a question to whoever leaves: what comes after it begins anew. */
  leavesTraces?: true
}

const heading = (name: string | RegExp) => (page: Page) =>
  expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
const table = (name: string) => (page: Page) =>
  expect(page.getByRole('table', { name }).getByRole('rowheader').first()).toBeVisible()
/** The page has tried again by itself before it says so. */
const alert = (page: Page) => expect(page.getByRole('alert')).toBeVisible({ timeout: 30_000 })
/** The devices of a tab; the table of waves has its rows before them. */
const devices = (page: Page) => expect(page.getByRole('tabpanel').getByRole('rowheader').first()).toBeVisible()
const text = (words: string) => (page: Page) => expect(page.getByText(words).first()).toBeVisible()

const GATEWAY_ID = seedDevices(0).find(({ deviceKey }) => deviceKey === GATEWAY)?.id ?? ''

/** Rows come from one piece of code: a few speak for fifty, and take axe much less time. */
const FEW = 'limit=8'

const tabs = ['init', 'published', 'upgrading', 'succeeded', 'failed']

/** A job in every state that it can be in. */
const JOBS: readonly (readonly [what: string, jobId: string, tab?: string])[] = [
  ['a job with waves under way', rolloutIds.waves],
  ['a halted job', rolloutIds.halted, 'failed'],
  ['a job that waits for approval', rolloutIds.awaitingApproval],
  ['a scheduled job', rolloutIds.scheduled],
  ['a job whose window is closed', rolloutIds.closedWindow],
  ['a job stopped in mid-way', rolloutIds.stoppedHalfway, 'succeeded'],
  ['a job that was never started', jobIds.stopped],
  ['a job completed with failures', rolloutIds.withFailures, 'failed'],
  ['a job completed without any', rolloutIds.allGood, 'succeeded'],
  ['a job that was ended early', rolloutIds.endedEarly, 'skipped'],
]

/** Every page, and what can stand on one beside its first view. */
export const PAGES: readonly Shown[] = [
  { what: 'sign-in', path: '/sign-in', as: null, ready: heading('Sign in') },
  { what: 'organisations', path: '/orgs', as: 'support', ready: table('Organisations') },
  { what: 'overview', path: '/orgs/hdb', ready: table('Running jobs') },
  { what: 'overview of a new agency', path: '/orgs/new-agency', ready: text('The way to the first upgrade') },
  { what: 'help', path: '/help', ready: heading('Help') },
  {
    what: 'a question before stopping all jobs',
    path: '/orgs/hdb',
    ready: async (page) => {
      await page.getByRole('button', { name: 'Stop all jobs' }).click()
      await expect(page.getByRole('list', { name: 'Jobs that will be stopped' })).toBeVisible()
    },
  },
  {
    what: 'the palette with what it found',
    path: '/orgs/hdb/products',
    ready: async (page) => {
      await page.getByRole('button', { name: 'Search and commands' }).click()
      await page.getByRole('combobox', { name: /Search pages/ }).fill('light-0')
      await expect(page.getByRole('option', { name: /light-0001/ })).toBeVisible()
    },
  },
  {
    what: 'notices',
    path: '/orgs/hdb/products',
    ready: async (page) => {
      await page.getByRole('button', { name: /^Notices: / }).click()
      await expect(page.getByRole('list', { name: 'Notices' })).toBeVisible()
    },
  },
  {
    what: 'a firmware that is edited',
    path: `/orgs/hdb/firmware/${firmwareIds.light22}?dialog=edit`,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Add a tag' }).click()
      await page.getByRole('textbox', { name: 'Tag 1, key' }).fill('?')
    },
    leavesTraces: true,
  },
  { what: 'firmware', path: '/orgs/hdb/firmware', ready: table('Firmware') },
  { what: 'an empty list of firmware', path: '/orgs/new-agency/firmware', ready: text('No firmware yet') },
  { what: 'an outage', path: `/orgs/hdb/firmware?q=${sentinel.unavailable}`, ready: alert },
  { what: 'upload', path: '/orgs/hdb/firmware/new', ready: heading('Upload firmware') },
  {
    what: 'upload with a good file',
    path: '/orgs/hdb/firmware/new',
    ready: async (page) => {
      await chooseFile(page, binaryFile('fan-fw-3.0.0.bin', 77))
      await expect(page.getByRole('status').filter({ hasText: 'All checks are done' })).toBeAttached()
    },
    leavesTraces: true,
  },
  {
    what: 'upload with a refused file',
    path: '/orgs/hdb/firmware/new',
    ready: async (page) => {
      await chooseFile(page, emptyFile('empty.bin'))
      await text('This file is empty.')(page)
    },
    leavesTraces: true,
  },
  { what: 'upload for a viewer', path: '/orgs/hdb/firmware/new', as: 'viewer', ready: alert },
  {
    what: 'verified firmware',
    path: `/orgs/hdb/firmware/${firmwareIds.verified}`,
    ready: table('Jobs of this firmware'),
  },
  {
    what: 'failed firmware',
    path: `/orgs/hdb/firmware/${firmwareIds.verificationFailed}`,
    ready: table('Jobs of this firmware'),
  },
  {
    what: 'firmware for a viewer',
    path: `/orgs/hdb/firmware/${firmwareIds.notVerified}`,
    as: 'viewer',
    ready: text('No job has used'),
  },
  {
    what: 'a question before deleting',
    path: `/orgs/hdb/firmware/${firmwareIds.notVerified}`,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Delete' }).click()
      await expect(page.getByRole('dialog').getByRole('button', { name: 'Delete' })).toBeVisible()
    },
  },
  { what: 'jobs', path: '/orgs/hdb/jobs', ready: table('OTA Jobs') },
  {
    what: 'a new verification',
    path: `/orgs/hdb/jobs/new?type=verify&firmware=${firmwareIds.notVerified}`,
    ready: (page) => expect(page.getByRole('button', { name: 'Save and start' })).toBeVisible(),
  },
  {
    what: 'a new upgrade',
    path: `/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`,
    ready: (page) => expect(page.getByRole('list', { name: 'Why these devices' })).toBeVisible(),
  },
  {
    what: 'a new upgrade with a saved policy',
    path: `/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`,
    ready: async (page) => {
      await choose(page, 'Upgrade policy', 'All at once')
      await expect(page.getByRole('button', { name: 'Edit for this job' })).toBeVisible()
    },
    leavesTraces: true,
  },
  {
    what: 'a new upgrade in waves, with a file of wrong lines and a draft',
    path: `/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`,
    ready: async (page) => {
      await page.getByRole('switch', { name: 'In waves' }).click()
      await page.reload()
      await expect(page.getByRole('status', { name: 'Draft' })).toBeVisible()
      await page.getByRole('switch', { name: 'In waves' }).click()
      await page.getByLabel('CSV of device keys').setInputFiles(textFile('north.csv', 'deviceKey\nno key at all\n'))
      await expect(page.getByRole('table', { name: 'Wrong lines' })).toBeVisible()
      await expect(page.getByRole('list', { name: 'Why these devices' })).toBeVisible()
    },
    leavesTraces: true,
  },
  {
    what: 'a copy of a job',
    path: `/orgs/hdb/jobs/new?copy=${jobIds.stopped}`,
    ready: (page) => expect(page.getByRole('list', { name: 'Why these devices' })).toBeVisible(),
  },
  {
    what: 'a rollback',
    path: `/orgs/hdb/jobs/new?rollback=${jobIds.completed}`,
    ready: (page) => expect(page.getByRole('combobox', { name: 'Firmware' })).toBeVisible(),
  },
  {
    what: 'an edited job',
    path: `/orgs/hdb/jobs/${jobIds.stopped}/edit`,
    ready: (page) => expect(page.getByRole('list', { name: 'Why these devices' })).toBeVisible(),
  },
  ...tabs.map((tab) => ({
    what: `a job, ${tab}`,
    path: `/orgs/hdb/jobs/${jobIds.started}?tab=${tab}&${FEW}`,
    ready: devices,
  })),
  { what: 'a completed job', path: `/orgs/hdb/jobs/${jobIds.completed}?tab=skipped`, ready: table('Skipped') },
  ...JOBS.map(([what, jobId, tab = '']) => ({
    what,
    path: `/orgs/hdb/jobs/${jobId}?tab=${tab}&${FEW}`,
    ready: devices,
  })),
  {
    what: 'a job that waits for this person’s approval',
    path: `/orgs/hdb/jobs/${rolloutIds.awaitingApproval}`,
    as: 'approver',
    ready: (page) => expect(page.getByRole('button', { name: 'Approve' })).toBeVisible(),
  },
  {
    what: 'a menu of a device in a job',
    path: `/orgs/hdb/jobs/${jobIds.started}`,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Actions for meter-007' }).click()
      await expect(page.getByRole('menuitem', { name: 'Open device' })).toBeVisible()
    },
  },
  { what: 'upgrade policies', path: '/orgs/hdb/policies', ready: table('Upgrade Policies') },
  { what: 'a new policy', path: '/orgs/hdb/policies/new', ready: heading('New upgrade policy') },
  { what: 'a policy with waves', path: `/orgs/hdb/policies/${policyIds.careful}`, ready: heading('Careful') },
  {
    what: 'a policy with a window',
    path: `/orgs/hdb/policies/${policyIds.nightly}`,
    ready: (page) => expect(page.getByRole('list', { name: 'Next openings' })).toBeVisible(),
  },
  {
    what: 'a policy for a viewer',
    path: `/orgs/hdb/policies/${policyIds.nightly}`,
    as: 'viewer',
    ready: heading('Weekday nights'),
  },
  { what: 'devices', path: `/orgs/hdb/devices?q=meter-00&${FEW}`, ready: table('Devices') },
  { what: 'a device', path: `/orgs/hdb/devices/${id.device(7)}`, ready: text('night-rollout') },
  {
    what: 'a new device',
    path: '/orgs/hdb/devices?q=meter-00',
    ready: async (page) => {
      await page.getByRole('button', { name: 'New device' }).click()
      await expect(page.getByRole('button', { name: 'Create device' })).toBeVisible()
    },
  },
  { what: 'a gateway', path: `/orgs/hdb/devices/${GATEWAY_ID}`, ready: table('Devices behind it') },
  {
    what: 'the form of a device',
    path: `/orgs/hdb/devices/${GATEWAY_ID}?dialog=edit`,
    ready: (page) => expect(page.getByRole('dialog').getByRole('button', { name: 'Save device' })).toBeVisible(),
  },
  {
    what: 'a device’s new secret',
    path: `/orgs/hdb/devices/${GATEWAY_ID}`,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Reset secret' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Reset secret' }).click()
      await text('This is the only time that the secret is shown.')(page)
    },
  },
  { what: 'products', path: '/orgs/hdb/products', ready: table('Products') },
  { what: 'a product', path: `/orgs/hdb/products/${LIFT}`, ready: text('Product key') },
  {
    what: 'the form of a product',
    path: `/orgs/hdb/products/${LIFT}?dialog=edit`,
    ready: (page) => expect(page.getByRole('dialog').getByRole('button', { name: 'Save product' })).toBeVisible(),
  },
  { what: 'activity', path: `/orgs/hdb/activity?${FEW}`, ready: table('Activity') },
  { what: 'an address that is none', path: '/orgs/hdb/nothing', ready: heading(/There is no page/) },
]
