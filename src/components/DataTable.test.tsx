import { MantineProvider } from '@mantine/core'
import { act, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { DataTable, RowHeader } from './DataTable.tsx'

/** As wide as its frame shows, and as what is in it: jsdom lays nothing out. */
const width = { shown: 300, held: 300 }
/** What the browser does when something has become wider. */
let widen: () => void

class Resizes {
  constructor(tell: () => void) {
    widen = tell
  }
  observe(): void {
    widen()
  }
  disconnect(): void {}
}

beforeEach(() => {
  const before = ResizeObserver
  vi.stubGlobal('ResizeObserver', Resizes)
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockImplementation(() => width.shown)
  vi.spyOn(Element.prototype, 'scrollWidth', 'get').mockImplementation(() => width.held)
  return () => vi.stubGlobal('ResizeObserver', before)
})
afterEach(() => vi.restoreAllMocks())

const user = userEvent.setup()

/** A table between two buttons, as it is drawn on a screen of some width. */
function show(widths: typeof width) {
  Object.assign(width, widths)
  render(
    <MantineProvider>
      <button type="button">Before</button>
      <DataTable label="Devices" columns={['Device Key']}>
        <tr>
          <RowHeader>meter-001</RowHeader>
        </tr>
      </DataTable>
      <button type="button">After</button>
    </MantineProvider>,
  )
  screen.getByRole('button', { name: 'Before' }).focus()
}

test('a table that fits is no stop of the keyboard and no place that scrolls', async () => {
  show({ shown: 300, held: 300 })
  expect(screen.getByRole('table', { name: 'Devices' })).toBeInTheDocument()
  expect(screen.queryByRole('region')).not.toBeInTheDocument()
  await user.tab()
  expect(screen.getByRole('button', { name: 'After' })).toHaveFocus()
})

test('a table that is wider than its frame is a stop, says so, and stays one under whoever is there', async () => {
  show({ shown: 300, held: 500 })
  await user.tab()
  const frame = screen.getByRole('region', { name: 'Devices (scrolls sideways)' })
  expect(frame).toHaveFocus()

  // the widest row has left the list
  width.held = 300
  act(() => widen())
  expect(frame).toHaveFocus()
  await user.tab()
  act(() => widen())
  expect(screen.queryByRole('region')).not.toBeInTheDocument()
})
