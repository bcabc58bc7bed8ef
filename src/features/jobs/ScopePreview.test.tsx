import { act, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'

import { db } from '#mock-api/db.ts'
import { firmwareIds } from '#mock-api/seed/firmware.ts'

import { renderPortal } from '../../../test/support/portal.tsx'

/** The mock counts the 1,200 corridor lights in four answers, half a second apart. */
const path = `/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.light22}`

const matching = () => screen.findByRole('status', { name: 'Matching devices' })

test('a large fleet is counted before one’s eyes, and nothing is saved before it is', async () => {
  renderPortal(path)
  expect(await screen.findByText('Counting: 300 of 1,200 devices')).toBeVisible()
  expect(screen.getByRole('progressbar', { name: 'Devices counted' })).toHaveAttribute('aria-valuenow', '25')
  expect(await matching()).toHaveTextContent('Counting devices')
  expect(screen.getByRole('button', { name: 'Save' })).toHaveAccessibleDescription(
    'The devices are still being counted.',
  )
  await waitFor(async () => expect(await matching()).toHaveTextContent(/^1,0\d\d devices match$/))
  expect(screen.queryByRole('progressbar', { name: 'Devices counted' })).not.toBeInTheDocument()
  expect(screen.getByRole('button', { name: 'Save' })).not.toHaveAttribute('aria-disabled')
})

test('an edit of the form drops what was being counted', async () => {
  const { user } = renderPortal(path)
  await screen.findByText('Counting: 300 of 1,200 devices')
  await user.type(screen.getByRole('textbox', { name: 'Device keys' }), 'light-0004 light-0005')
  await waitFor(async () => expect(await matching()).toHaveTextContent(/^2 devices match$/))
  expect(screen.queryByText(/^Counting: /)).not.toBeInTheDocument()
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
})

test('a count that the service has lost is begun again when one asks for it', async () => {
  const { user } = renderPortal(path)
  await screen.findByText('Counting: 300 of 1,200 devices')
  db.previews.clear()
  expect(await screen.findByRole('alert')).toHaveTextContent('This preview is not kept any more. Ask for it again.')
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('Counting: 300 of 1,200 devices')).toBeVisible()
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
})

test('whoever comes back to a count that they left has it begun again', async () => {
  const { router } = renderPortal(path)
  await screen.findByText('Counting: 300 of 1,200 devices')
  await act(() => router.navigate('/orgs/hdb/products'))
  await screen.findByRole('table', { name: 'Products' })
  db.previews.clear()
  await act(() => router.navigate(path))
  await waitFor(async () => expect(await matching()).toHaveTextContent(/^1,0\d\d devices match$/), { timeout: 5_000 })
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
})
