import { afterEach, expect, test, vi } from 'vitest'

import { openShared } from './live-share.ts'
import { NOTHING } from './live-topics.ts'

afterEach(() => vi.unstubAllGlobals())

test('each stream of a tab says which one of its name it is, for they may arrive in another order', () => {
  const asked: URLSearchParams[] = []
  class Source extends EventTarget {
    constructor(address: string) {
      super()
      asked.push(new URL(address, 'http://portal.test').searchParams)
    }
    close() {}
  }
  vi.stubGlobal('EventSource', Source)

  const stream = openShared('hdb', { ...NOTHING, jobs: true }, () => {})
  stream.change({ ...NOTHING, devices: true })
  stream.change({ ...NOTHING, jobs: true })
  stream.close()

  expect(asked.map((query) => query.get('turn'))).toEqual(['1', '2', '3'])
  expect(new Set(asked.map((query) => query.get('stream'))).size).toBe(1)
})
