import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'

import { db } from '#mock-api/db.ts'
import { mustHave } from '#mock-api/find.ts'
import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { deviceView } from '#mock-api/views.ts'

import { renderPortal } from '../../../test/support/portal.tsx'

const AT = '2026-01-10T06:03:07.000Z'

test('the number of devices on a firmware follows each of them that comes to it', async () => {
  const own = mustHave(
    db.firmware.find(({ id }) => id === firmwareIds.verified),
    'firmware',
  )
  const ofProduct = db.devices.filter(({ productKey }) => productKey === own.productKey)
  const others = ofProduct.filter(({ currentVersion }) => currentVersion !== own.version)
  const onIt = (count: number) => screen.findByRole('link', { name: String(count) }, { timeout: 4_000 })
  const before = ofProduct.length - others.length
  const [first, second] = [mustHave(others[0], 'device'), mustHave(others[1], 'device')]
  const { stream } = renderPortal(`/orgs/hdb/firmware/${own.id}`)
  await onIt(before)

  // the first word of the stream has everything asked again, and what it says then is what counts
  first.currentVersion = own.version
  stream.say({ name: 'beat', data: { at: AT } })
  await onIt(before + 1)
  second.currentVersion = own.version
  stream.say({ name: 'device', data: { at: AT, device: deviceView(second) } })
  await onIt(before + 2)
  expect(stream.urls.at(-1)).toContain('devices=1')
})

test('whoever looks at a firmware goes on to its product', async () => {
  const { user } = renderPortal(`/orgs/hdb/firmware/${firmwareIds.verified}`)
  await user.click(await screen.findByRole('link', { name: 'HDB Current Meter (HDBCurrentMeter)' }))
  expect(await screen.findByRole('heading', { name: 'HDB Current Meter', level: 1 })).toBeInTheDocument()
})

test('the focus stays in the part of the page whose button has gone', async () => {
  const { user } = renderPortal(`/orgs/hdb/firmware/${firmwareIds.verified}`)
  const part = await screen.findByRole('region', { name: 'Description, release notes and tags' })
  within(part).getByRole('button', { name: 'Edit' }).focus()
  await user.keyboard('{Enter}')
  await waitFor(() => expect(part).toHaveFocus())
  await user.tab()
  expect(within(part).getByRole('textbox', { name: 'Description' })).toHaveFocus()
})
