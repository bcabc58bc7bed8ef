import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { streamBroke } from './chunk.ts'
import { FRESH_MS } from './fresh.ts'
import { openShared } from './live-share.ts'
import { NOTHING } from './live-topics.ts'

/** The streams that were asked for, in order. */
let asked: { query: URLSearchParams; source: EventTarget }[] = []

beforeEach(() => {
  asked = []
  class Source extends EventTarget {
    constructor(address: string) {
      super()
      asked.push({ query: new URL(address, 'http://portal.test').searchParams, source: this })
    }
    close() {}
  }
  vi.stubGlobal('EventSource', Source)
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const say = (lastEventId: string) =>
  asked.at(-1)?.source.dispatchEvent(new MessageEvent('beat', { data: '{}', lastEventId }))
const since = () => asked.at(-1)?.query.get('since')

test('each stream of a tab says which one of its name it is, for they may arrive in another order', () => {
  const stream = openShared('hdb', { ...NOTHING, jobs: true }, () => {})
  stream.change({ ...NOTHING, devices: true })
  stream.change({ ...NOTHING, jobs: true })
  stream.close()

  expect(asked.map(({ query }) => query.get('turn'))).toEqual(['1', '2', '3'])
  expect(new Set(asked.map(({ query }) => query.get('stream'))).size).toBe(1)
})

test('what is looked at from now on may be shown as it was a moment ago: its changes since then are asked for too', () => {
  const stream = openShared('hdb', { ...NOTHING, jobs: true }, () => {})
  expect(since()).toBeNull()
  say('first')
  vi.advanceTimersByTime(FRESH_MS + 1)
  say('second')
  vi.advanceTimersByTime(FRESH_MS - 1)
  stream.change({ ...NOTHING, devices: true })
  expect(since()).toBe('first')
  say('third')
  vi.advanceTimersByTime(FRESH_MS + 1)
  stream.change({ ...NOTHING, jobs: true })
  expect(since()).toBe('third')
  stream.close()
})

test('a connection that died goes on from the last word that was heard', () => {
  const stream = openShared('hdb', { ...NOTHING, jobs: true }, () => {})
  say('first')
  say('second')
  window.dispatchEvent(new Event('online'))
  expect(since()).toBe('second')
  expect(streamBroke.get()).toBe(true)
  stream.close()
  expect(streamBroke.get()).toBe(false)
})
