import { MantineProvider } from '@mantine/core'
import { act, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { Suspense } from 'react'
import { afterEach, expect, test } from 'vitest'

import { server } from '#mock-api/node.ts'
import { MissingDialog } from '#src/components/Missing.tsx'

import { late } from './late.tsx'

const notFetched = (name: string) => new TypeError(`Failed to fetch dynamically imported module: /assets/${name}.js`)

/** A server that answers with a page that names the given script, or not at all. */
const serverHas = (script: string | null) =>
  server.use(
    http.get('/', () => (script ? HttpResponse.html(`<script type="module" src="${script}">`) : HttpResponse.error())),
  )

/** This page is of the portal with the given script. */
function pageIsOf(script: string) {
  const element = document.createElement('script')
  element.type = 'module'
  element.setAttribute('src', script)
  document.head.append(element)
}
afterEach(() => document.querySelector('script[type=module]')?.remove())

/** A form with something that opens over it, of which only the form has come. */
function openOverForm() {
  const chunk = { isThere: false, asked: 0 }
  const Palette = late(async () => {
    chunk.asked++
    if (!chunk.isThere) throw notFetched('Palette')
    return (_: { close?: () => void }) => <div role="dialog">The palette</div>
  }, MissingDialog)
  render(
    <MantineProvider env="test">
      <input aria-label="Name" />
      <Suspense>
        <Palette />
      </Suspense>
    </MantineProvider>,
  )
  return chunk
}

test('what cannot be fetched leaves the page as it is, and comes by itself with the connection', async () => {
  serverHas(null)
  const chunk = openOverForm()
  await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), 'Water meter')
  expect(await screen.findByRole('alert')).toHaveTextContent('Cannot reach the server.')
  expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('Water meter')
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  // a browser may remember a failure for ever: nothing is asked for while nobody answers
  expect(chunk.asked).toBe(1)

  serverHas('/assets/index-1.js')
  chunk.isThere = true
  act(() => void window.dispatchEvent(new Event('online')))
  expect(await screen.findByRole('dialog')).toHaveTextContent('The palette')
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
  expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('Water meter')
})

test('an update of the portal is said where there was one, and nowhere else', async () => {
  pageIsOf('/assets/index-1.js')
  serverHas('/assets/index-2.js')
  openOverForm()
  expect(await screen.findByRole('alert')).toHaveTextContent('The portal has been updated')
  expect(screen.getByRole('button', { name: 'Reload' })).toBeInTheDocument()
})

test('what the browser refuses to ask for again is offered with a reload', async () => {
  pageIsOf('/assets/index-1.js')
  serverHas('/assets/index-1.js')
  openOverForm()
  await waitFor(() => expect(screen.getByRole('alert')).toHaveTextContent('only after a reload of the page'))
  expect(screen.getByRole('alert')).not.toHaveTextContent('updated')
})
