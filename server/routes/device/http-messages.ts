import type { FastifyInstance, FastifyRequest } from 'fastify'

import { Code } from '#contract/device/codes.ts'
import { formatAnswer } from '#contract/device/envelope.ts'
import { formatFileAnswer } from '#contract/device/http.ts'
import { deviceHttp as api } from '#contract/device/http-endpoints.ts'
import { serveRaw } from '#server/http/serve.ts'
import type { DeviceHttp } from '#server/ports-device-http.ts'
import { answer, answerFailures, originOf } from './http-answer.ts'
import { BODY_TERMS, takeAnyBody, type BodyTerms } from './http-body.ts'

const NO_BODY = Buffer.alloc(0)
const NO_FILES = 'This service takes no files from devices'

const bodyOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : NO_BODY)

/** What follows `/topic`, as a topic of MQTT. */
const topicOf = (request: FastifyRequest): string => `/${(request.params as { '*': string })['*']}`

const sessionOf = (request: FastifyRequest): string => {
  const { sessionId } = request.query as { sessionId?: unknown }
  return typeof sessionId === 'string' ? sessionId : ''
}

/** Devices that open sessions and send messages over HTTP. */
export async function deviceMessageRoutes(
  app: FastifyInstance,
  device: DeviceHttp,
  terms: Partial<BodyTerms> = {},
): Promise<void> {
  await app.register(async (scope) => {
    takeAnyBody(scope, { ...BODY_TERMS, ...terms })
    answerFailures(scope)
    const receive = async (request: FastifyRequest, topic: string) =>
      device.receive(sessionOf(request), topic, bodyOf(request), originOf(request))

    serveRaw(scope, api.auth, async ({ params }, _caller, { request, response }) =>
      answer(response, await device.authenticate(params, bodyOf(request), originOf(request))),
    )
    serveRaw(scope, api.message, async ({ params }, _caller, { request, response }) => {
      const { productKey, deviceKey, message } = params
      return answer(response, await receive(request, `/sys/${productKey}/${deviceKey}/ota/device/${message}`))
    })
    // any other topic has its refusal, and its answer may carry a command like every other
    scope.post('/topic/*', { config: { rateLimit: false } }, async (request, response) =>
      answer(response, await receive(request, topicOf(request))),
    )
    // uploads of feature files belong to the vendor's data model
    scope.post('/multipart/*', { config: { rateLimit: false } }, async (request, response) => {
      const isAboutFile = /\/file\/\w+$/.test(topicOf(request))
      const body = isAboutFile
        ? formatFileAnswer(Code.unknownTopic, NO_FILES)
        : formatAnswer('', Code.unknownTopic, NO_FILES)
      return answer(response, { code: Code.unknownTopic, body })
    })
  })
}
