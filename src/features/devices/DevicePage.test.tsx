import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'

import { db } from '#mock-api/db.ts'
import { mustHave } from '#mock-api/find.ts'
import { record } from '#mock-api/log.ts'
import { GATEWAY } from '#mock-api/seed/fleet.ts'
import { people } from '#mock-api/seed/people.ts'

import { renderPortal } from '../../../test/support/portal.tsx'

const rowOf = (key: string) =>
  mustHave(
    db.devices.find(({ deviceKey }) => deviceKey === key),
    key,
  )
const pageOf = (key: string) => `/orgs/hdb/devices/${rowOf(key).id}`
const button = (name: string) => screen.findByRole('button', { name })

test('an operator edits a device, and a tag that is no pair is told at once', async () => {
  const { user } = renderPortal(pageOf('lift-001'))
  await user.click(await button('Edit'))
  const dialog = await screen.findByRole('dialog', { name: 'Edit lift-001' })
  const tags = within(dialog).getByRole('combobox', { name: 'Tags' })
  await user.type(tags, 'x{Enter}')
  expect(within(dialog).getByText('Write x as key=value. It is ignored as it stands.')).toBeInTheDocument()
  await user.type(tags, '{Backspace}a=1,2{Enter}')
  await user.click(within(dialog).getByRole('button', { name: 'Save device' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  expect(rowOf('lift-001')).toMatchObject({ tags: { site: 'tampines', a: '1,2' } })
  expect(await screen.findByText('1,2')).toBeInTheDocument()
})

test('what another person changed meanwhile is not overwritten', async () => {
  const { user } = renderPortal(`${pageOf('lift-002')}?dialog=edit`)
  const name = await screen.findByRole('textbox', { name: 'Name' })
  Object.assign(rowOf('lift-002'), { version: 2, name: 'Theirs' })
  await user.type(name, 'Mine')
  await user.click(screen.getByRole('button', { name: 'Save device' }))
  expect(await screen.findByText(/Someone else changed this in the meantime/)).toBeInTheDocument()
  await user.click(screen.getByRole('button', { name: /Show the newer version/ }))
  expect(await screen.findByDisplayValue('Theirs')).toBeInTheDocument()
})

test('an operator resets a secret, which is shown once, and the device goes offline', async () => {
  const { user } = renderPortal(pageOf('lift-001'))
  await user.click(await button('Reset secret'))
  const question = await screen.findByRole('dialog', { name: 'Reset the secret of lift-001?' })
  expect(question).toHaveTextContent('its old secret no longer lets it in')
  await user.click(within(question).getByRole('button', { name: 'Reset secret' }))
  const shown = await screen.findByRole('dialog', { name: 'New secret of lift-001' })
  expect(within(shown).getByRole('button', { name: 'Copy device secret' })).toBeInTheDocument()
  await user.click(within(shown).getByRole('button', { name: 'I have copied it' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  expect(await screen.findByText('Offline')).toBeInTheDocument()
})

test('an activation is reset only where there is one, and the page says why not', async () => {
  const { user } = renderPortal(pageOf('lift-001'))
  await user.click(await button('Reset activation'))
  const question = await screen.findByRole('dialog', { name: 'Let lift-001 be activated once more?' })
  await user.click(within(question).getByRole('button', { name: 'Reset activation' }))
  expect(await screen.findByText('not yet')).toBeInTheDocument()
  await waitFor(() =>
    expect(screen.getByRole('button', { name: 'Reset activation' })).toHaveAccessibleDescription(
      'The device has not been activated yet: it still may be, once.',
    ),
  )
})

test('a gateway shows the devices behind it, and they show their gateway', async () => {
  const { user } = renderPortal(pageOf(GATEWAY))
  const behind = await screen.findByRole('table', { name: 'Devices behind it' })
  expect(
    within(behind)
      .getAllByRole('rowheader')
      .map(({ textContent }) => textContent),
  ).toEqual(['lift-001', 'lift-002', 'lift-003'])
  await user.click(within(behind).getByRole('link', { name: 'lift-002' }))
  expect(await screen.findByRole('link', { name: GATEWAY })).toBeInTheDocument()
})

test('the devices behind a gateway go offline with it', async () => {
  const { user } = renderPortal(pageOf(GATEWAY))
  const behind = await screen.findByRole('table', { name: 'Devices behind it' })
  expect(within(behind).getAllByText('Online')).toHaveLength(3)
  await user.click(await button('Disable'))
  const question = await screen.findByRole('dialog', { name: `Disable ${GATEWAY}?` })
  await user.click(within(question).getByRole('button', { name: 'Disable' }))
  await waitFor(() => expect(within(behind).getAllByText('Offline')).toHaveLength(3))
})

test('an operator deletes a device after reading what goes with it', async () => {
  const { user } = renderPortal(pageOf(GATEWAY))
  await screen.findByRole('table', { name: 'Devices behind it' })
  await user.click(await button('Delete'))
  const question = await screen.findByRole('dialog', { name: `Delete ${GATEWAY}?` })
  expect(question).toHaveTextContent('3 devices behind it go offline')
  await user.click(within(question).getByRole('button', { name: 'Delete' }))
  expect(await screen.findByRole('heading', { name: 'Devices', level: 1 })).toBeInTheDocument()
  expect(db.devices.some(({ deviceKey }) => deviceKey === GATEWAY)).toBe(false)
})

test('a link to a deleted device tells what happened to it', async () => {
  const row = rowOf('lift-004')
  db.devices.splice(db.devices.indexOf(row), 1)
  const actor = { id: people.operator.id, name: people.operator.name }
  const summary = 'Device lift-004 deleted.'
  record({ orgId: row.orgId, actor, action: 'device.deleted', summary, deviceId: row.id })
  renderPortal(`/orgs/hdb/devices/${row.id}`)
  expect(await screen.findByText('This device was deleted. What happened to it stays.')).toBeInTheDocument()
  expect(await screen.findByText(summary)).toBeInTheDocument()
})

test('a device with an upgrade under way cannot be deleted', async () => {
  renderPortal(pageOf('stalls-001'))
  await waitFor(async () => expect(await button('Delete')).toHaveAccessibleDescription(/is upgrading this device/))
})

test('a viewer sees why everything is off', async () => {
  renderPortal(pageOf('lift-001'), { as: 'viewer' })
  await button('Edit')
  for (const name of ['Edit', 'Reset secret', 'Reset activation', 'Disable', 'Delete'])
    expect(screen.getByRole('button', { name })).toHaveAccessibleDescription(
      /may not change devices and products. Contact GovTech/,
    )
})
