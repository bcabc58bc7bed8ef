import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'

import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { server } from '#mock-api/node.ts'
import { seedBytes } from '#mock-api/seed/firmware.ts'
import { id } from '#mock-api/seed/ids.ts'
import { orgs } from '#mock-api/seed/people.ts'
import type * as uploading from '#src/api/upload.ts'
import { earlierUpload, startUpload } from '#src/api/upload.ts'

import { renderPortal } from '../../../test/support/portal.tsx'
import { inspect } from './inspect.ts'
import type { inspectInWorker } from './inspector.ts'

// jsdom has no workers: the same inspection, in the same thread
vi.mock('./inspector.ts', () => ({
  inspectInWorker: (({ file, maxBytes }, hear) => {
    void inspect(file, maxBytes, (doneBytes) => hear({ kind: 'progress', doneBytes })).then((inspection) =>
      hear({ kind: 'done', inspection }),
    )
    return () => undefined
  }) satisfies typeof inspectInWorker,
}))

vi.mock('#src/api/upload.ts', async (original) => ({
  ...(await original<typeof uploading>()),
  earlierUpload: vi.fn(() => Promise.resolve(null)),
  startUpload: vi.fn(({ tell }: Parameters<typeof uploading.startUpload>[0]) => {
    tell({ phase: 'sent', uploadId: id.firmware(999) })
    return Promise.resolve({ pause: () => undefined, resume: () => undefined, cancel: () => undefined })
  }),
}))

const line = (label: string) =>
  within(screen.getByRole('list', { name: 'Checks' }))
    .getAllByRole('listitem')
    .find((item) => item.textContent?.startsWith(label))

let portal: ReturnType<typeof renderPortal>
/** Chooses it, as a person does who sees that it is chosen. */
const choose = async (file: File) => {
  await portal.user.upload(await screen.findByLabelText('Firmware file'), file)
  await screen.findByRole('list', { name: 'Checks' })
}

beforeEach(() => {
  portal = renderPortal('/orgs/hdb/firmware/new')
})

test('a text file is refused with the reason, and there is nothing to fill in', async () => {
  await choose(new File(['all work and no play\n'.repeat(50)], 'notes.bin'))

  await waitFor(() => expect(line('Kind')).toHaveTextContent('Failed'))
  expect(line('Kind')).toHaveTextContent('This is a text file, whatever its name says.')
  expect(screen.queryByRole('textbox', { name: 'Version' })).not.toBeInTheDocument()
})

test('a binary file shows its digests, and its name gives name and version', async () => {
  await choose(new File([seedBytes(99)], 'meter-fw_v1.7.0.bin'))

  await waitFor(() => expect(line('New here')).toHaveTextContent('Passed'))
  expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('meter-fw')
  expect(screen.getByRole('textbox', { name: 'Version' })).toHaveValue('1.7.0')
  expect(screen.getByRole('button', { name: 'Upload' })).not.toHaveAttribute('aria-disabled')
})

test('the one product of an organisation is chosen, and of several none', async () => {
  await choose(new File([seedBytes(99)], 'meter-fw_v1.7.0.bin'))
  expect(await screen.findByRole('combobox', { name: 'Product' })).toHaveValue('')

  cleanup()
  portal = renderPortal('/orgs/new-agency/firmware/new')
  await choose(new File([seedBytes(98)], 'lamp-fw_v1.0.0.bin'))
  await waitFor(() =>
    expect(screen.getByRole('combobox', { name: 'Product' })).toHaveValue('Street Lamp (NewAgencyLamp)'),
  )
  await waitFor(() => expect(sessionStorage.length).toBe(0))

  // who chooses it all the same has not taken it away
  await portal.user.click(screen.getByRole('combobox', { name: 'Product' }))
  await portal.user.click(await screen.findByRole('option', { name: 'Street Lamp (NewAgencyLamp)' }))
  expect(screen.getByRole('combobox', { name: 'Product' })).toHaveValue('Street Lamp (NewAgencyLamp)')
})

test('who chose no product is asked to choose one, and who has none is led to make one before a file is chosen', async () => {
  await choose(new File([seedBytes(99)], 'meter-fw_v1.7.0.bin'))
  await waitFor(() => expect(line('New here')).toHaveTextContent('Passed'))
  await portal.user.click(screen.getByRole('button', { name: 'Upload' }))
  expect(screen.getByRole('combobox', { name: 'Product' })).toHaveAccessibleDescription('Choose a product')

  cleanup()
  db.products = db.products.filter(({ orgId }) => orgId !== orgs.empty.id)
  portal = renderPortal('/orgs/new-agency/firmware/new')
  const note = within(await screen.findByRole('note'))
  expect(note.getByRole('link', { name: 'Create a product' })).toHaveAttribute(
    'href',
    '/orgs/new-agency/products?dialog=create',
  )
})

test('a version that is taken is said before a byte is sent, or where only the server knows of it, by the field', async () => {
  await choose(new File([seedBytes(99)], 'meter-fw_v1.5.0.bin'))
  await waitFor(() => expect(line('New here')).toHaveTextContent('Passed'))
  await portal.user.click(screen.getByRole('combobox', { name: 'Product' }))
  await portal.user.click(await screen.findByRole('option', { name: /HDB Current Meter/ }))
  const version = screen.getByRole('textbox', { name: 'Version' })
  const says = (refused: string) =>
    waitFor(() =>
      expect(version).toHaveAccessibleDescription(
        expect.stringContaining(`This product already has a firmware of version ${refused}.`),
      ),
    )
  await waitFor(() => expect(portal.client.isFetching()).toBe(0))
  await portal.user.click(screen.getByRole('button', { name: 'Upload' }))
  await says('1.5.0')
  await waitFor(() => expect(version).toHaveFocus())
  expect(startUpload).not.toHaveBeenCalled()

  // deleted, and reserved for ever
  await portal.user.clear(version)
  await portal.user.type(version, '1.3.0')
  await portal.user.click(screen.getByRole('button', { name: 'Upload' }))
  await says('1.3.0')
  await waitFor(() => expect(version).toHaveFocus())
  expect(startUpload).toHaveBeenCalledOnce()
})

test('bytes that are already here are named, with the way to them', async () => {
  await choose(new File([seedBytes(1)], 'again.bin'))

  const link = await screen.findByRole('link', { name: /already here as meter-fw-1.5 1.5.0/ })
  expect(link).toHaveAttribute('href', expect.stringContaining('/orgs/hdb/firmware/'))
})

test('leaving with a chosen file asks first, and staying keeps it', async () => {
  await choose(new File([seedBytes(99)], 'meter-fw_v1.7.0.bin'))
  await portal.user.click(screen.getByRole('link', { name: 'OTA Jobs' }))

  const question = await screen.findByRole('dialog', { name: 'Leave this page?' })
  await portal.user.click(within(question).getByRole('button', { name: 'Stay' }))
  expect(screen.getByRole('heading', { level: 1, name: 'Upload firmware' })).toBeInTheDocument()
  expect(line('Name')).toHaveTextContent('meter-fw_v1.7.0.bin')
})

test('what the server has of an upload is asked for once, whatever else changes meanwhile', async () => {
  let lookups = 0
  server.events.on('request:start', ({ request }) => {
    if (new URL(request.url).searchParams.has('sha256')) lookups += 1
  })
  await choose(new File([seedBytes(97)], 'meter-fw_v1.9.0.bin'))
  await waitFor(() => expect(line('New here')).toHaveTextContent('Passed'))
  const [before, asked] = [lookups, vi.mocked(earlierUpload).mock.calls.length]

  // the first word of the stream has everything asked again
  portal.stream.say({ name: 'beat', data: { at: iso(clock.now()) } })
  await waitFor(() => expect(lookups).toBeGreaterThan(before))
  expect(vi.mocked(earlierUpload).mock.calls).toHaveLength(asked)
  server.events.removeAllListeners()
})
