import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'

import { db } from '#mock-api/db.ts'
import { LIFT, METER } from '#mock-api/seed/fleet.ts'

import { renderPortal } from '../../../test/support/portal.tsx'

const pageOf = (key: string, org = 'hdb') => `/orgs/${org}/products/${key}`

test('an operator edits a product', async () => {
  const { user } = renderPortal(pageOf(LIFT))
  await user.click(await screen.findByRole('button', { name: 'Edit' }))
  const dialog = await screen.findByRole('dialog', { name: 'Edit HDB Lift Sensor' })
  const name = within(dialog).getByRole('textbox', { name: 'Name' })
  await user.clear(name)
  await user.type(name, 'Lift{Enter}')
  expect(await screen.findByRole('heading', { name: 'Lift', level: 1 })).toBeInTheDocument()
})

test('an operator resets a product’s secret, which is shown once', async () => {
  const { user } = renderPortal(pageOf(LIFT))
  await user.click(await screen.findByRole('button', { name: 'Reset secret' }))
  const question = await screen.findByRole('dialog', { name: 'Reset the secret of HDB Lift Sensor?' })
  await user.click(within(question).getByRole('button', { name: 'Reset secret' }))
  const shown = await screen.findByRole('dialog', { name: 'New secret of HDB Lift Sensor' })
  expect(within(shown).getByRole('button', { name: 'Copy product secret' })).toBeInTheDocument()
})

test('a product with devices cannot be deleted, and the page says how many', async () => {
  renderPortal(pageOf(METER))
  const devices = db.devices.filter(({ productKey }) => productKey === METER).length
  expect(await screen.findByRole('button', { name: 'Delete' })).toHaveAccessibleDescription(
    `The product still has ${devices} devices. Delete them first.`,
  )
  expect(screen.getByRole('link', { name: String(devices) })).toBeInTheDocument()
})

test('an empty product is deleted after reading what goes with it', async () => {
  const { user } = renderPortal(pageOf('NewAgencyLamp', 'new-agency'))
  await user.click(await screen.findByRole('button', { name: 'Delete' }))
  const question = await screen.findByRole('dialog', { name: 'Delete Street Lamp?' })
  expect(question).toHaveTextContent('Its key NewAgencyLamp can never be used again.')
  await user.click(within(question).getByRole('button', { name: 'Delete' }))
  expect(await screen.findByText('No products yet')).toBeInTheDocument()
})

test('a viewer sees a product, and why they cannot change it', async () => {
  renderPortal(pageOf(LIFT), { as: 'viewer' })
  for (const name of ['Edit', 'Reset secret', 'Delete'])
    await waitFor(() =>
      expect(screen.getByRole('button', { name })).toHaveAccessibleDescription(/may not change devices and products/),
    )
})

test('a number of firmware that is still asked for is no zero', async () => {
  renderPortal(pageOf(LIFT))
  const waiting = await screen.findByRole('status', { name: 'Loading the number of firmware' })
  expect(waiting.closest('dd')).toHaveTextContent('')
  await waitFor(() => expect(waiting).not.toBeInTheDocument())
  const firmware = db.firmware.filter(({ productKey, deleted }) => productKey === LIFT && !deleted).length
  expect(screen.getByText('Firmware', { selector: 'dt' }).nextElementSibling).toHaveTextContent(String(firmware))
})

test('a product that is none has a way out', async () => {
  renderPortal(pageOf('no-such-product'))
  expect(await screen.findByText('Product does not exist.')).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'All products' })).toBeInTheDocument()
})
