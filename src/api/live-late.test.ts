import { QueryClient } from '@tanstack/react-query'
import { expect, test, vi } from 'vitest'

import { createLateLive, type LiveModule } from './live-late.ts'
import { createLive } from './live.ts'

/** The stream as a chunk that comes, or fails to, when the test says so. */
function chunk() {
  const stream = { change: vi.fn(), close: vi.fn() }
  const open = vi.fn(() => stream)
  const asked: { come: () => void; fail: (reason: Error) => void }[] = []
  const fetchLive = () =>
    new Promise<LiveModule>((resolve, fail) => {
      const come = () => resolve({ createLive: (client, parts) => createLive(client, { ...parts, open }) })
      asked.push({ come, fail })
    })
  return { live: createLateLive(new QueryClient(), fetchLive), stream, open, asked }
}

test('what is watched before the stream is there is asked for when it comes, and what ended meanwhile is not', async () => {
  const { live, open, asked } = chunk()
  expect(asked).toHaveLength(0)
  const end = live.watch('hdb', { jobs: true })
  live.watch('hdb', { devices: true })
  end()
  expect(asked).toHaveLength(1)
  asked[0]?.come()
  await vi.waitFor(() => expect(open).toHaveBeenCalled())
  expect(open).toHaveBeenCalledExactlyOnceWith('hdb', { watched: [], jobs: false, devices: true }, expect.anything())
})

test('who stops watching later ends the stream', async () => {
  const { live, stream, open, asked } = chunk()
  const end = live.watch('hdb', { jobs: true })
  asked[0]?.come()
  await vi.waitFor(() => expect(open).toHaveBeenCalled())
  end()
  await vi.waitFor(() => expect(stream.close).toHaveBeenCalledOnce())
})

test('a stream that does not come is said to be silent, and asked for again by who watches next', async () => {
  const { live, open, asked } = chunk()
  live.watch('hdb', { jobs: true })
  asked[0]?.fail(new TypeError('Failed to fetch dynamically imported module'))
  await vi.waitFor(() => expect(live.status.get().stale).toBe(true))
  live.watch('hdb', { jobs: true })
  asked[1]?.come()
  await vi.waitFor(() => expect(open).toHaveBeenCalledOnce())
})
