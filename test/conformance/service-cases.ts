import type { Case } from './case.ts'

export const serviceCases: Case[] = [
  { sentence: 'is alive', endpoint: 'service.healthz', as: null },
  { sentence: 'is ready', endpoint: 'service.readyz', as: null },
  { sentence: 'describes itself', endpoint: 'service.openapi', as: null },
]
