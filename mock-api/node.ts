import { setupServer } from 'msw/node'

import { handlers } from './handlers/index.ts'
import { routed } from './routed.ts'

/** The mock for Vitest. `tick()` moves its world; no timer runs by itself here. */
export const server = setupServer(routed(handlers))
