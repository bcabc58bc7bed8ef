import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'

import { db } from '#mock-api/db.ts'
import { mustHave } from '#mock-api/find.ts'
import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { policyIds } from '#mock-api/seed/policies.ts'

import { renderPortal } from '../../../test/support/portal.tsx'

test('a verification offers no window and no waves, and takes none from a saved policy', async () => {
  const saved = mustHave(
    db.policies.find(({ id }) => id === policyIds.nightly),
    'a policy with a window',
  )
  const { user } = renderPortal(`/orgs/hdb/jobs/new?type=verify&firmware=${firmwareIds.verified}`)
  expect(await screen.findByRole('switch', { name: /Halt when too many fail/ })).toBeInTheDocument()
  expect(screen.queryByRole('switch', { name: /Only within a daily window/ })).not.toBeInTheDocument()
  expect(screen.queryByRole('switch', { name: /In waves/ })).not.toBeInTheDocument()

  await user.click(screen.getByRole('combobox', { name: 'Upgrade policy' }))
  await user.click(await screen.findByRole('option', { name: saved.name }))
  const copied = await screen.findByText(/The job takes a copy/)
  expect(saved.policy).toMatchObject({ window: { zone: 'Asia/Singapore' } })
  expect(copied).not.toHaveTextContent('Singapore time')
  await user.click(screen.getByRole('button', { name: 'Edit for this job' }))
  expect(await screen.findByRole('switch', { name: /Halt when too many fail/ })).toBeInTheDocument()
  expect(screen.queryByRole('switch', { name: /Only within a daily window/ })).not.toBeInTheDocument()
})

test('whoever saves is led to the first field that is refused, however far up it stands', async () => {
  const { user } = renderPortal(`/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`)
  await user.clear(await screen.findByRole('textbox', { name: 'Job Name' }))
  await screen.findByText(/devices? match/)
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(screen.getByRole('textbox', { name: 'Job Name' })).toHaveFocus())
  expect(screen.getByRole('textbox', { name: 'Job Name' })).toHaveAccessibleDescription('Give the job a name')
})
