import { service as api } from '#contract/manage/service.ts'
import openapi from '#contract/openapi.json' with { type: 'json' }
import { mock } from '#mock-api/bind.ts'

export const serviceHandlers = [
  mock(api.healthz, () => ({ status: 'ok' as const })),
  mock(api.readyz, () => ({ status: 'ok' as const })),
  mock(api.openapi, () => openapi),
]
