import { act, screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'

import { clock, iso } from '#mock-api/clock.ts'
import { sessionEnd } from '#src/api/session-end.ts'
import { PASSWORD, people } from '#mock-api/seed/people.ts'
import { sentinel } from '#mock-api/sentinel.ts'
import { actAs } from '#mock-api/session.ts'

import { renderPortal } from '../../test/support/portal.tsx'

test('a silent stream is said, and takes nothing away', async () => {
  const { stream } = renderPortal('/orgs/hdb/products')
  expect(await screen.findByRole('rowheader', { name: 'HDB Lift Sensor' })).toBeInTheDocument()
  vi.useFakeTimers()
  act(() => stream.say({ name: 'beat', data: { at: iso(clock.now()) } }))
  act(() => void vi.advanceTimersByTime(3_000))
  expect(screen.getByText(/No live updates since \d\d:\d\d:\d\d/)).toBeInTheDocument()
  expect(screen.getByRole('rowheader', { name: 'HDB Lift Sensor' })).toBeInTheDocument()

  act(() => stream.say({ name: 'beat', data: { at: iso(clock.now()) } }))
  expect(screen.queryByText(/No live updates/)).not.toBeInTheDocument()
  vi.useRealTimers()
})

test('when the session ends the password is asked over the page, and what was typed is still there', async () => {
  const { user } = renderPortal('/orgs/hdb/products?dialog=create')
  await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'Water meter')
  act(() => sessionEnd.happened())
  expect(await screen.findByRole('dialog', { name: 'Your session has ended' })).toBeInTheDocument()
  await user.type(screen.getByLabelText('Password'), PASSWORD)
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Your session has ended' })).not.toBeInTheDocument())
  expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('Water meter')
})

test('what was refused because the session had ended is no longer told once signed in again', async () => {
  const { user } = renderPortal('/orgs/hdb/products?dialog=create')
  await user.type(await screen.findByRole('textbox', { name: 'Name' }), sentinel.signedOut)
  await user.click(screen.getByRole('button', { name: 'Create product' }))
  expect(await screen.findByRole('dialog', { name: 'Your session has ended' })).toBeInTheDocument()
  await user.type(screen.getByLabelText('Password'), PASSWORD)
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Your session has ended' })).not.toBeInTheDocument())
  expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue(sentinel.signedOut)
  expect(screen.queryByText(/Sign in to go on/)).not.toBeInTheDocument()
})

test('who has signed in again in another tab goes on in this one, and nobody else does', async () => {
  const ended = () => screen.queryByRole('dialog', { name: 'Your session has ended' })
  renderPortal('/orgs/hdb/products')
  expect(await screen.findByRole('rowheader', { name: 'HDB Lift Sensor' })).toBeInTheDocument()
  actAs(people.viewer.id)
  const asked = vi.spyOn(window, 'fetch')
  act(() => sessionEnd.happened())
  await waitFor(() => expect(ended()).toBeInTheDocument())
  act(() => void window.dispatchEvent(new Event('focus')))
  await waitFor(() => expect(asked).toHaveBeenCalled())
  expect((await asked.mock.results[0]?.value) as Response).toHaveProperty('status', 200)
  expect(ended()).toBeInTheDocument()

  actAs(people.operator.id)
  act(() => void window.dispatchEvent(new Event('focus')))
  await waitFor(() => expect(ended()).not.toBeInTheDocument())
})

test('an organisation of somebody else is not found, with a way out', async () => {
  renderPortal('/orgs/nea')
  expect(await screen.findByRole('heading', { name: /does not exist, or you are not a member/ })).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'Go to the start page' })).toHaveAttribute('href', '/')
})
