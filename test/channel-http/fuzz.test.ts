import { expect, test } from 'vitest'

import { runHttpFuzz } from '../support/http-fuzz.ts'

const MESSAGES = 20_000

test.each(['one', 'two'])(
  'of 20,000 requests that are right, changed or hostile none harms the service or changes what is another device’s (seed %s)',
  async (seed) => {
    const result = await runHttpFuzz(seed, MESSAGES / 2)
    expect(result.findings).toEqual([])
    expect(result.reports).toBeGreaterThan(MESSAGES / 40)
  },
  240_000,
)
