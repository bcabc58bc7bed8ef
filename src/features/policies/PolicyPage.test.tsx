import { screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'

import { db } from '#mock-api/db.ts'
import { policyIds } from '#mock-api/seed/policies.ts'
import { sentinel } from '#mock-api/sentinel.ts'

import { renderPortal } from '../../../test/support/portal.tsx'

test('what another person saved meanwhile is not overwritten, and one is told how to go on', async () => {
  const { user } = renderPortal(`/orgs/hdb/policies/${policyIds.plain}`)
  const name = await screen.findByRole('textbox', { name: 'Name' })
  const row = db.policies.find(({ id }) => id === policyIds.plain)
  Object.assign(row ?? {}, { version: 2, description: 'Written by somebody else' })
  await user.type(name, ' now')
  await user.click(screen.getByRole('button', { name: 'Save policy' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('Someone else changed this in the meantime.')
  expect(name).toHaveValue('All at once now')
  await user.click(screen.getByRole('button', { name: /Show the newer version/ }))
  expect(await screen.findByDisplayValue('Written by somebody else')).toBeInTheDocument()
  expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('All at once')
})

test('whoever saves is led to the field that the service refuses', async () => {
  const { user } = renderPortal('/orgs/hdb/policies/new')
  await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'Careful')
  await user.click(screen.getByRole('button', { name: 'Save policy' }))
  await waitFor(() => expect(screen.getByRole('textbox', { name: 'Name' })).toHaveFocus())
  expect(screen.getByRole('textbox', { name: 'Name' })).toBeInvalid()
})

test('what no field can tell is brought before the eyes of whoever saved', async () => {
  const shown = vi.spyOn(Element.prototype, 'scrollIntoView')
  const { user } = renderPortal('/orgs/hdb/policies/new')
  await user.type(await screen.findByRole('textbox', { name: 'Name' }), sentinel.unavailable)
  await user.click(screen.getByRole('button', { name: 'Save policy' }))
  const told = await screen.findByRole('alert')
  await waitFor(() => expect(shown.mock.contexts).toContain(told.parentElement))
  shown.mockRestore()
})
