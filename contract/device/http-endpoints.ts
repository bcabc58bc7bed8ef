import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'

/*
 * The HTTP integration as operations: what its SDK calls, under the paths of the vendor's platform. Keys and bodies are
 * text here, because a wrong one is answered in the device's own envelope (HTTP 200, `code` other than 200).
 */

const Keys = z.object({ productKey: z.string(), deviceKey: z.string() })
const Session = z.object({ sessionId: z.string().max(1_024).default('') })
const File = Session.extend({ fileUri: z.string().max(2_048).default(''), category: z.string().max(32).default('ota') })

export const deviceHttp = {
  auth: endpoint({
    method: 'POST',
    path: '/auth/:productKey/:deviceKey',
    kind: 'device',
    action: 'device',
    summary: 'Opens a session for a device that signs with its secret.',
    status: 200,
    params: Keys,
    reply: Nothing,
  }),
  message: endpoint({
    method: 'POST',
    path: '/topic/sys/:productKey/:deviceKey/ota/device/:message',
    kind: 'device',
    action: 'device',
    summary:
      'Takes inform, progress, getversion or upgrade_reply; a pending upgrade rides on the headers of the answer.',
    status: 200,
    params: Keys.extend({ message: z.string() }),
    query: Session,
    reply: Nothing,
  }),
  download: endpoint({
    method: 'GET',
    path: '/multipart/sys/:productKey/:deviceKey/file/download',
    kind: 'device',
    action: 'device',
    summary: 'The firmware file of the upgrade that the device of this session was offered. Range is supported.',
    status: 200,
    params: Keys,
    query: File,
    reply: Nothing,
  }),
  downloadUrl: endpoint({
    method: 'GET',
    path: '/multipart/sys/:productKey/:deviceKey/file/download/url',
    kind: 'device',
    action: 'device',
    summary: 'The address under which the same file can be fetched without a session.',
    status: 200,
    params: Keys,
    query: File,
    reply: Nothing,
  }),
}
