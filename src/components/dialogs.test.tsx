import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'

import { id } from '#mock-api/seed/ids.ts'

import { renderPortal } from '../../test/support/portal.tsx'

test.each([
  ['New device', '/orgs/hdb/devices?dialog=create', 'combobox', 'Product', 'operator'],
  ['New organisation', '/orgs?dialog=create', 'textbox', 'Name', 'platformAdmin'],
] as const)('the dialog “%s” begins at its first field', async (_dialog, path, role, name, as) => {
  renderPortal(path, { as })
  const dialog = within(await screen.findByRole('dialog'))
  await waitFor(() => expect(dialog.getByRole(role, { name })).toHaveFocus())
  // the page has one, and its heading is no other
  expect(dialog.queryByRole('banner')).not.toBeInTheDocument()
})

test('a question begins at what changes nothing, and a secret at what copies it', async () => {
  const { user } = renderPortal(`/orgs/hdb/devices/${id.device(7)}`)
  await user.click(await screen.findByRole('button', { name: 'Reset secret' }))
  const question = await screen.findByRole('dialog', { name: /^Reset the secret/ })
  await waitFor(() => expect(within(question).getByRole('button', { name: 'Back' })).toHaveFocus())

  await user.click(within(question).getByRole('button', { name: 'Reset secret' }))
  const copy = await screen.findByRole('button', { name: 'Copy device secret' })
  await waitFor(() => expect(copy).toHaveFocus())
})
