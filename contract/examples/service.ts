import type { service as operations } from '../manage/service.ts'
import type { ExamplesOf } from './kit.ts'
import { ids, SHA256 } from './things.ts'

export const service: ExamplesOf<typeof operations> = {
  healthz: { reply: { status: 'ok' } },
  readyz: { reply: { status: 'ok' } },
  metrics: {
    headers: { Authorization: 'Bearer <METRICS_TOKEN>' },
    reply:
      '# HELP ota_live_streams Live streams of browsers that are open.\n# TYPE ota_live_streams gauge\nota_live_streams 3\n',
  },
  openapi: { reply: { openapi: '3.1.0', info: { title: 'OTA portal', version: '0.1.0' }, paths: {} } },
  download: {
    params: { firmwareId: ids.firmware, token: 'eyJqIjoiMDE5Yy4u.3mQ9xV' },
    headers: { Range: 'bytes=2048-' },
    replyHeaders: { 'Accept-Ranges': 'bytes', 'Content-Length': '2048', ETag: `"${SHA256}"` },
  },
}
