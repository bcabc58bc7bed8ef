import type { Backend } from './backend.ts'
import { mockBackend } from './mock-backend.ts'

/** Whoever answers the portal. */
export const backends: readonly Backend[] = [mockBackend]
