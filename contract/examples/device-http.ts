import type { deviceHttp as operations } from '../device/http-endpoints.ts'
import type { ExamplesOf } from './kit.ts'
import { ids, PRODUCT, SHA256 } from './things.ts'

const params = { productKey: PRODUCT, deviceKey: 'meter-000001' }
const sessionId = '0QzX2v8m.kR4s'
const link = `https://ota.example/files/${ids.firmware}/eyJqIjoiMDE5Yy4u-3mQ9xV`

export const deviceHttp: ExamplesOf<typeof operations> = {
  auth: {
    params,
    // signed with the secret that the registration of this device was answered with
    body: JSON.stringify({
      signMethod: 'sha256',
      lifetime: 3_600_000,
      sign: 'bebf85506a015567a7c6fd3692b9327f89b0cb8d38345372551296b66aa08f07',
    }),
    reply: JSON.stringify({ code: 200, data: { sessionId }, message: 'ok' }),
  },
  message: {
    params: { ...params, message: 'inform' },
    query: { sessionId },
    body: JSON.stringify({ id: '1', version: '1.0', method: 'ota.device.inform', params: { version: '1.4.0' } }),
    reply: JSON.stringify({ id: '1', code: 200, data: {}, message: 'ok' }),
    replyHeaders: {
      'command-payload': JSON.stringify({
        id: ids.entry,
        version: '1.0',
        method: 'ota.device.upgrade',
        params: { version: '1.5.0', signMethod: 'sha256', sign: SHA256, fileUrl: link, fileSize: 4_096 },
      }),
      topic: `/sys/${PRODUCT}/meter-000001/ota/device/upgrade`,
    },
  },
  download: {
    params,
    query: { sessionId, fileUri: link },
    headers: { Range: 'bytes=2048-' },
    replyHeaders: { 'Accept-Ranges': 'bytes', 'Content-Length': '2048', ETag: `"${SHA256}"` },
  },
  downloadUrl: {
    params,
    query: { sessionId, fileUri: link },
    reply: JSON.stringify({ id: 1, code: 200, data: link, message: 'ok' }),
  },
}
