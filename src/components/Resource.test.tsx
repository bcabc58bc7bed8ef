import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import { renderPortal } from '../../test/support/portal.tsx'

test('a link that lost a letter on its way says so, and leads out', async () => {
  renderPortal('/orgs/hdb/jobs/00000000-0000-4000')
  const told = await screen.findByRole('alert')
  expect(told).toHaveTextContent('Could not find this job')
  expect(told).toHaveTextContent('The link may be old, or a letter of it may be missing.')
  expect(screen.getByRole('link', { name: 'All jobs' })).toBeInTheDocument()
  expect(screen.queryByRole('button', { name: 'Try again' })).not.toBeInTheDocument()
})

test('a list whose link is broken can be opened afresh', async () => {
  const { user } = renderPortal('/orgs/hdb/devices?cursor=zzz')
  await user.click(await screen.findByRole('link', { name: 'Open this page afresh' }))
  expect(await screen.findByRole('table', { name: 'Devices' })).toBeInTheDocument()
})
