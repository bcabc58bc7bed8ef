import type { FastifyInstance } from 'fastify'

import { firmware as api } from '#contract/manage/firmware.ts'
import { orNotFound } from '#server/http/problem.ts'
import { serve } from '#server/http/serve.ts'
import type { FirmwareFacts } from '#server/ports-firmware.ts'

export function firmwareFactRoutes(app: FastifyInstance, facts: FirmwareFacts): void {
  serve(app, api.statistics, async ({ params }, { org }) =>
    orNotFound(await facts.statistics(org.id, params.firmwareId), 'Firmware'),
  )
  serve(app, api.deletePreview, async ({ params }, { org }) =>
    orNotFound(await facts.deletePreview(org.id, params.firmwareId), 'Firmware'),
  )
}
