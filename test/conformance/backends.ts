import { databases } from '../server/support/databases.ts'
import type { Backend } from './backend.ts'
import { mockBackend } from './mock-backend.ts'
import { createServerBackend } from './server-backend.ts'

/** Whoever answers the portal: the first sets the measure, the others must answer alike. */
export const backends: readonly Backend[] = [mockBackend, ...databases.map(createServerBackend)]
