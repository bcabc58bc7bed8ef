import { TLSSocket } from 'node:tls'

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { Code } from '#contract/device/codes.ts'
import { formatAnswer } from '#contract/device/envelope.ts'
import { COMMAND_HEADERS } from '#contract/device/http.ts'
import type { DeviceAnswer, Origin } from '#server/ports-device-http.ts'
import { ProblemError } from '#server/ports.ts'

export const originOf = ({ ip, protocol, socket }: FastifyRequest): Origin => ({
  address: ip,
  secure: protocol === 'https',
  socket: socket instanceof TLSSocket ? socket : undefined,
})

/** The SDK reads body and headers whatever the status; 200 is what its oldest versions insist on. */
export function answer(response: FastifyReply, { body, command, retryAfterSeconds }: DeviceAnswer): FastifyReply {
  if (retryAfterSeconds !== undefined) void response.header('retry-after', retryAfterSeconds)
  if (command) {
    void response.header(COMMAND_HEADERS.payload, command.payload)
    void response.header(COMMAND_HEADERS.topic, command.topic)
  }
  return response.code(200).type('application/json; charset=utf-8').send(body)
}

/** Failures in the device's own envelope; only what is our own fault also shows in the status. */
export function answerFailures(scope: FastifyInstance): void {
  scope.setErrorHandler<Error & { statusCode?: number }>((error, request, response) => {
    const status = error instanceof ProblemError ? error.problem.status : (error.statusCode ?? 500)
    if (status < 500) {
      const body = formatAnswer('', Code.badParameter, 'The request is not valid')
      return answer(response, { code: Code.badParameter, body })
    }
    if (error.name !== 'BodyError') request.log.error({ err: error }, 'a device could not be answered')
    return response
      .code(status)
      .type('application/json; charset=utf-8')
      .send(formatAnswer('', Code.internal, 'The message could not be kept: try again'))
  })
}
