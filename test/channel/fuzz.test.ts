import { expect, test } from 'vitest'

import { runMqttFuzz } from '../support/mqtt-fuzz.ts'

const MESSAGES = 20_000

test.each(['one', 'two'])(
  'of 20,000 messages that are right, changed or hostile none harms the service or changes what is another device’s (seed %s)',
  async (seed) => {
    const result = await runMqttFuzz(seed, MESSAGES / 2)
    expect(result).toMatchObject({ sent: MESSAGES / 2, findings: [] })
    expect(result.reports).toBeGreaterThan(MESSAGES / 20)
  },
  240_000,
)
