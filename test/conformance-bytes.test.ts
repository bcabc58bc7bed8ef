import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { backends } from './conformance/backends.ts'
import { fileCases, uploadCases } from './conformance/bytes-cases.ts'
import { deviceListFileCases } from './conformance/device-list-cases.ts'
import { csvCases } from './conformance/csv-cases.ts'
import { metricsCases } from './conformance/metrics-cases.ts'
import { Scene } from './conformance/scene.ts'
import { streamCases } from './conformance/stream-cases.ts'

const TABLE = {
  uploads: uploadCases,
  'firmware files': fileCases,
  'the live stream': streamCases,
  exports: csvCases,
  metrics: metricsCases,
  'device lists': deviceListFileCases,
}

describe.each(backends)('$name', (backend) => {
  const scene = new Scene(backend)
  beforeAll(() => scene.build())
  afterAll(() => backend.close())

  describe.each(Object.entries(TABLE))('%s', (_what, cases) => {
    test.each(cases)('$sentence', async ({ act, seen }) => {
      expect(await act(scene)).toEqual(seen)
    })
  })
})
