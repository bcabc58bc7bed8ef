import type { FastifyInstance, FastifyReply } from 'fastify'

import { Code } from '#contract/device/codes.ts'
import { formatFileAnswer, parseFileUri } from '#contract/device/http.ts'
import { deviceHttp as api } from '#contract/device/http-endpoints.ts'
import { sendFile } from '#server/http/send-file.ts'
import { serveRaw, type Exchange } from '#server/http/serve.ts'
import type { Origin } from '#server/ports-device-http.ts'
import { ProblemError, type DeviceIdentity } from '#server/ports.ts'
import { linkedFile, lookingFor, type DownloadDeps, type GrantedFile } from './download.ts'
import { originOf } from './http-answer.ts'

interface Asked {
  params: { productKey: string; deviceKey: string }
  query: { sessionId: string; fileUri: string; category: string }
}

const refusals = {
  session: {
    status: 401,
    code: 'session_ended',
    title: 'The session has ended or was never opened. Authenticate again.',
  },
  foreign: { status: 403, code: 'other_device', title: 'This session belongs to another device.' },
  unknown: { status: 404, code: 'not_found', title: 'This service has no such file.' },
} as const

/** The file that a device asks for, and what gives it the right. */
async function askedFile(deps: DownloadDeps, asked: Asked, { request }: Exchange): Promise<GrantedFile> {
  const origin = originOf(request)
  const device = await deps.device.identify(asked.query.sessionId, origin)
  if (!device) throw new ProblemError(refusals.session)
  return lookingFor(deps, device, origin, () => fileFor(device, deps, asked, origin))
}

async function fileFor(
  device: DeviceIdentity,
  deps: DownloadDeps,
  { params, query }: Asked,
  origin: Origin,
): Promise<GrantedFile> {
  if (device.productKey !== params.productKey || device.deviceKey !== params.deviceKey)
    throw new ProblemError(refusals.foreign)
  const link = parseFileUri(query.fileUri)
  if (!link || query.category !== 'ota') throw new ProblemError(refusals.unknown)
  return linkedFile(deps, link, origin, device.deviceId)
}

const json = (response: FastifyReply, status: number, body: string): FastifyReply =>
  response.code(status).type('application/json; charset=utf-8').send(body)

/** Firmware for devices that show who they are: nobody gets what was offered to another. */
export function deviceFileRoutes(app: FastifyInstance, deps: DownloadDeps): void {
  serveRaw(app, api.download, async (asked, _caller, exchange) => {
    const { grant, file } = await askedFile(deps, asked, exchange)
    return sendFile(exchange, file, { bandwidth: deps.bandwidth, owner: grant.deviceId })
  })
  serveRaw(app, api.downloadUrl, async (asked, _caller, exchange) => {
    try {
      const { grant } = await askedFile(deps, asked, exchange)
      return json(exchange.response, 200, formatFileAnswer(Code.ok, '', deps.links.make(grant)))
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      // here the SDK reads the body whatever the status, and wants these four fields
      const { status, title } = error.problem
      return json(exchange.response, status, formatFileAnswer(status, title))
    }
  })
}
