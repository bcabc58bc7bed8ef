import { act, screen, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { afterEach, expect, test } from 'vitest'

import { db } from '#mock-api/db.ts'
import { server } from '#mock-api/node.ts'
import { firmwareIds } from '#mock-api/seed/firmware.ts'

import { renderPortal } from '../../test/support/portal.tsx'

/** Takes the connection away, and says so as a browser does. */
function cutLine() {
  server.use(http.all('*', () => HttpResponse.error()))
  act(() => void window.dispatchEvent(new Event('offline')))
}

function mendLine() {
  server.resetHandlers()
  act(() => void window.dispatchEvent(new Event('online')))
}

afterEach(() => void window.dispatchEvent(new Event('online')))

test('a job that is saved without a connection is refused at once, and is not made later', async () => {
  const { user, client, router } = renderPortal(`/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`)
  await screen.findByText(/devices? match/)
  const before = db.jobs.length
  cutLine()
  await user.click(screen.getByRole('button', { name: 'Save and start' }))
  expect(await screen.findByText('Cannot reach the server. Check the connection and try again.')).toBeInTheDocument()

  mendLine()
  await waitFor(() => expect(client.isFetching() + client.isMutating()).toBe(0))
  expect(db.jobs).toHaveLength(before)
  expect(router.state.location.pathname).toBe('/orgs/hdb/jobs/new')
})

test('a page that is opened without a connection says so, and is filled by itself when there is one', async () => {
  const { router } = renderPortal('/orgs/hdb/products')
  expect(await screen.findByRole('rowheader', { name: 'HDB Lift Sensor' })).toBeInTheDocument()
  cutLine()
  await act(() => router.navigate('/orgs/hdb/devices'))
  expect(await screen.findByRole('alert')).toHaveTextContent('Cannot reach the server.')

  mendLine()
  expect(await screen.findByRole('table', { name: 'Devices' })).toBeInTheDocument()
  await waitFor(() => expect(screen.queryByRole('alert')).not.toBeInTheDocument())
})
