import { expect, test } from 'vitest'

import { GATES } from '#domain/gates.ts'
import { GATE_LABELS } from '#src/components/gate-labels.ts'

test('the portal names every gate, in the order in which the rules ask them', () => {
  expect(GATE_LABELS.map(([gate]) => gate)).toEqual(GATES.map(({ name }) => name))
})
