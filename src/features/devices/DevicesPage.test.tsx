import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'

import { db } from '#mock-api/db.ts'

import { renderPortal } from '../../../test/support/portal.tsx'

const table = () => screen.findByRole('table', { name: 'Devices' })
const keys = async () =>
  within(await table())
    .getAllByRole('rowheader')
    .map(({ textContent }) => textContent)

test('a tag narrows the list once it is whole, and stands in its row', async () => {
  const { user } = renderPortal('/orgs/hdb/devices?product=HDBLiftSensor')
  const tag = await screen.findByRole('searchbox', { name: 'Search by tag' })
  await user.type(tag, 'site=tamp')
  expect(await screen.findByText(/A tag is looked for whole/)).toBeInTheDocument()
  await user.type(tag, 'ines')
  await waitFor(async () => expect(await keys()).toEqual(['lift-001', 'lift-002', 'lift-003']))
  expect(screen.getAllByRole('cell', { name: 'site=tampines' })).toHaveLength(3)
})

test('devices that nobody has seen for a week are found by an address', async () => {
  const missed = db.devices.find(({ deviceKey }) => deviceKey === 'meter-007')
  if (missed) missed.lastSeenAt = new Date(Date.now() - 8 * 86_400_000).toISOString()
  renderPortal('/orgs/hdb/devices?product=HDBCurrentMeter&unseenDays=7')
  await waitFor(async () => expect(await keys()).toEqual(['meter-007']))
  expect(screen.getByRole('combobox', { name: 'Last seen' })).toHaveValue('Not seen for 7 days')
})

test('a number of days of one’s own stands among the choices', async () => {
  renderPortal('/orgs/hdb/devices?unseenDays=14')
  expect(await screen.findByRole('combobox', { name: 'Last seen' })).toHaveValue('Not seen for 14 days')
})
