import type { Page } from 'playwright/test'

import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { id } from '#mock-api/seed/ids.ts'
import { jobIds } from '#mock-api/seed/jobs.ts'
import { policyIds } from '#mock-api/seed/policies.ts'
import { sentinel } from '#mock-api/sentinel.ts'

import { binaryFile, chooseFile, emptyFile } from './files.ts'
import { choose, expect, type Person } from './test.ts'

export interface Shown {
  /** What is shown, for the title. */
  what: string
  path: string
  as?: Person | null
  /** Something that says that the page is complete. */
  ready: (page: Page) => Promise<void>
}

const heading = (name: string | RegExp) => (page: Page) =>
  expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
const table = (name: string) => (page: Page) =>
  expect(page.getByRole('table', { name }).getByRole('rowheader').first()).toBeVisible()
const alert = (page: Page) => expect(page.getByRole('alert')).toBeVisible({ timeout: 15_000 })
const text = (words: string) => (page: Page) => expect(page.getByText(words).first()).toBeVisible()

const tabs = ['init', 'published', 'upgrading', 'succeeded', 'failed']

/** Every page, and what can stand on one beside its first view. */
export const PAGES: readonly Shown[] = [
  { what: 'sign-in', path: '/sign-in', as: null, ready: heading('Sign in') },
  { what: 'organisations', path: '/orgs', as: 'support', ready: table('Organisations') },
  { what: 'overview', path: '/orgs/hdb', ready: table('Running jobs') },
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
  },
  {
    what: 'upload with a refused file',
    path: '/orgs/hdb/firmware/new',
    ready: async (page) => {
      await chooseFile(page, emptyFile('empty.bin'))
      await text('This file is empty.')(page)
    },
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
  },
  ...tabs.map((tab) => ({
    what: `a job, ${tab}`,
    path: `/orgs/hdb/jobs/${jobIds.started}?tab=${tab}`,
    ready: (page: Page) => expect(page.getByRole('rowheader').first()).toBeVisible(),
  })),
  { what: 'a completed job', path: `/orgs/hdb/jobs/${jobIds.completed}?tab=skipped`, ready: table('Skipped') },
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
  { what: 'devices', path: '/orgs/hdb/devices?q=meter-00', ready: table('Devices') },
  { what: 'a device', path: `/orgs/hdb/devices/${id.device(7)}`, ready: text('night-rollout') },
  {
    what: 'a new device',
    path: '/orgs/hdb/devices?q=meter-00',
    ready: async (page) => {
      await page.getByRole('button', { name: 'New device' }).click()
      await expect(page.getByRole('button', { name: 'Create device' })).toBeVisible()
    },
  },
  { what: 'products', path: '/orgs/hdb/products', ready: table('Products') },
  { what: 'activity', path: '/orgs/hdb/activity', ready: table('Activity') },
  { what: 'an address that is none', path: '/orgs/hdb/nothing', ready: heading(/There is no page/) },
]
