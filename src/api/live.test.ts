import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Task } from '#contract/manage/jobs.ts'

import { scriptedStream } from '../../test/support/portal.tsx'
import { ApiError } from './call.ts'
import { applyTasks, type Page } from './live-cache.ts'
import { createLive } from './live.ts'
import { keys } from './keys.ts'

const AT = '2026-01-10T06:03:07.000Z'

let client: QueryClient
let stream: ReturnType<typeof scriptedStream>
let live: ReturnType<typeof createLive>

beforeEach(() => {
  vi.useFakeTimers()
  client = new QueryClient()
  stream = scriptedStream()
  live = createLive(client, stream)
})
afterEach(() => vi.useRealTimers())

/** Watches, and lets the decision that follows it happen. */
const watch = async (...watched: Parameters<typeof live.watch>) => {
  const stop = live.watch(...watched)
  await vi.advanceTimersByTimeAsync(0)
  return stop
}

test('three seconds of silence make the page stale, and the next word makes it true again', async () => {
  await watch('hdb', { jobs: true })
  stream.say({ name: 'beat', data: { at: AT } })
  expect(live.status.get()).toEqual({ at: AT, stale: false })

  await vi.advanceTimersByTimeAsync(2_999)
  expect(live.status.get().stale).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(live.status.get()).toEqual({ at: AT, stale: true })

  stream.say({ name: 'beat', data: { at: AT } })
  expect(live.status.get().stale).toBe(false)
})

test('what several pieces watch is one stream, opened anew only when the wish changes', async () => {
  await watch('hdb', { jobs: true })
  const leave = await watch('hdb', { job: 'j1' })
  await watch('hdb', { jobs: true })
  expect(stream.urls).toEqual(['/api/orgs/hdb/live?jobs=1', '/api/orgs/hdb/live?job=j1&jobs=1'])
  leave()
  await vi.advanceTimersByTimeAsync(100)
  expect(stream.urls.at(-1)).toBe('/api/orgs/hdb/live?jobs=1')
})

test('a page that comes a moment after another, and asks for the same, goes on with its stream', async () => {
  await watch('hdb', { jobs: true })
  const leave = await watch('hdb', { devices: true })
  const urls = [...stream.urls]
  leave()
  await vi.advanceTimersByTimeAsync(50)
  await watch('hdb', { devices: true })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(stream.urls).toEqual(urls)
})

test('after an opening and after a reset everything on screen is asked again, once', async () => {
  const asked = vi.spyOn(client, 'invalidateQueries').mockResolvedValue()
  await watch('hdb', { jobs: true })
  stream.say({ name: 'beat', data: { at: AT } })
  stream.say({ name: 'reset', data: { at: AT } })
  await vi.advanceTimersByTimeAsync(200)
  expect(asked.mock.calls).toEqual([[{ queryKey: keys.org('hdb') }]])
})

test('a stream that is back asks again for what could not be had meanwhile, and not for what was refused', async () => {
  const failing = (status: number) => {
    const queryFn = vi.fn(() => Promise.reject(new ApiError({ status, code: 'no', title: 'No' })))
    new QueryObserver(client, { queryKey: ['of', status], queryFn, retry: false }).subscribe(() => undefined)
    return queryFn
  }
  const [outage, refusal] = [failing(503), failing(403)]
  await watch('hdb', { jobs: true })
  stream.tell({ kind: 'open', resumed: true })
  await vi.advanceTimersByTimeAsync(0)
  expect(outage).toHaveBeenCalledTimes(2)
  expect(refusal).toHaveBeenCalledTimes(1)
})

const task = (deviceKey: string, changes: Partial<Task> = {}) =>
  ({ deviceId: deviceKey, deviceKey, status: 'init', progress: null, ...changes }) as Task
const page = (items: Task[], cursors: Partial<Page<Task>> = {}): Page<Task> => ({
  items,
  prevCursor: null,
  nextCursor: null,
  total: items.length,
  ...cursors,
})

test.each([
  ['a row changes in place', [task('b', { progress: 4 })], {}, ['a', 'b:4', 'd'], false],
  ['a row that moved on leaves', [task('b', { status: 'published' })], {}, ['a', 'd'], true],
  ['one that belongs between the rows is asked for', [task('c')], {}, ['a', 'b', 'd'], true],
  ['one of a later page is not', [task('e')], { nextCursor: 'd' }, ['a', 'b', 'd'], false],
  ['one of an earlier page is not', [task('0')], { prevCursor: 'a' }, ['a', 'b', 'd'], false],
  ['one of another tab is not', [task('c', { status: 'failed' })], {}, ['a', 'b', 'd'], false],
])('in a page of tasks, %s', (_what, changed, cursors, rows, isIncomplete) => {
  const before = page([task('a'), task('b'), task('d')], cursors)
  const after = applyTasks(before, { status: 'init' }, changed)
  expect(
    after.page.items.map(({ deviceKey, progress }) => deviceKey + (progress === null ? '' : `:${progress}`)),
  ).toEqual(rows)
  expect(after.isIncomplete).toBe(isIncomplete)
  // what did not change is the very same row, so that it does not render again
  expect(after.page.items[0]).toBe(before.items[0])
})

test('a page of one kind of failure keeps out devices that failed otherwise', () => {
  const failed = (deviceKey: string, failure: Task['failure']) => task(deviceKey, { status: 'failed', failure })
  const before = page([failed('a', 'download'), failed('b', 'download')])
  const filter = { status: 'failed', failure: 'download' } as const
  const after = applyTasks(before, filter, [failed('b', 'writing'), failed('c', 'writing')])
  expect([after.page.items.map(({ deviceKey }) => deviceKey), after.isIncomplete]).toEqual([['a'], true])
  expect(applyTasks(before, filter, [failed('c', 'writing')]).isIncomplete).toBe(false)
  expect(applyTasks(before, filter, [failed('c', 'download')]).isIncomplete).toBe(true)
})
