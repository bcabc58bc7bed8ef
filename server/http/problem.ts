import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'

import type { Problem } from '#contract/endpoint.ts'
import { problems } from '#contract/problems.ts'
import { fileRefusals } from '#domain/firmware-file.ts'
import type { Refusal } from '#domain/refusal.ts'
import { ProblemError } from '#server/ports.ts'

type Answer = Omit<Problem, 'requestId'>

/** Throws what the domain refused, so that the handler reads on only when it is allowed. */
export function orRefuse(allowed: true | Refusal, status = 409): void {
  if (allowed !== true) throw new ProblemError({ status, ...allowed })
}

/** What is wrong with a file stands beside the file. */
export const refusedFile = (refusal: Refusal, status: number): ProblemError =>
  new ProblemError({ status, ...refusal, fields: { file: refusal.title } })

/** The thing, or 404. `thing` begins with a capital: "Device", "Firmware". */
export function orNotFound<T>(found: T | undefined, thing: string): T {
  if (found === undefined) throw new ProblemError(problems.notFound(thing))
  return found
}

/** What Fastify itself refuses before a handler runs, by its own error code. */
const BY_CODE: Readonly<Record<string, (error: FastifyError) => Answer>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: problems.malformedJson,
  FST_ERR_CTP_EMPTY_JSON_BODY: problems.malformedJson,
  FST_ERR_CTP_BODY_TOO_LARGE: () => ({
    status: 413,
    code: 'too_large',
    title: 'The request is larger than any request may be.',
  }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => ({
    status: 400,
    code: 'cut_off',
    title: 'The request ended before it was complete.',
  }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => ({
    status: 415,
    code: 'unsupported_media_type',
    title: 'Send the request as application/json.',
  }),
  // PostgreSQL keeps no NUL in a text
  '22021': () => problems.invalid({}),
  SQLITE_FULL: diskFull,
  ENOSPC: diskFull,
}

/** The same as an upload is refused with, but for what is no file. */
function diskFull(): Answer {
  const title = 'The server has no room left, so nothing was changed. Tell GovTech, then try again.'
  return { status: 507, code: fileRefusals.diskFull().code, title }
}

/** Where the complaint is about the whole of a part, the part is named. */
const PART = { body: 'body', querystring: 'query', params: 'params', headers: 'headers' } as const

function invalid(error: FastifyError): Answer {
  const fields: Record<string, string> = {}
  const part = PART[error.validationContext as keyof typeof PART] ?? 'body'
  for (const { instancePath, message } of error.validation ?? [])
    fields[instancePath.slice(1).replaceAll('/', '.') || part] ??= message ?? 'Not valid'
  return problems.invalid(fields)
}

/** The one translation of an error into what a caller sees; undefined when it is our own fault. */
function answerTo(error: FastifyError | ProblemError): Answer | undefined {
  if (error instanceof ProblemError) return error.problem
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error as FastifyError)
  const known = BY_CODE[error.code]
  if (known) return known(error)
  // what a plug-in or the JSON parser refuses (a forbidden key, a bad escape) is the caller's fault as well
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500) return { status, code: 'invalid_request', title: 'The request is not valid.' }
  return undefined
}

/** Sends a problem with its request id, so that the caller can name it to support. */
export function sendProblem(request: FastifyRequest, response: FastifyReply, problem: Answer): FastifyReply {
  return response
    .code(problem.status)
    .type('application/problem+json')
    .send({ ...problem, requestId: request.id })
}

/** Every failure of every route leaves through here, in one shape. */
export function installProblems(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, response) => {
    const problem = answerTo(error)
    if (error instanceof ProblemError && error.retryAfterSeconds !== undefined)
      void response.header('retry-after', Math.ceil(error.retryAfterSeconds))
    if (problem) return sendProblem(request, response, problem)
    request.log.error({ err: error }, 'a request failed by our own fault')
    return sendProblem(request, response, {
      status: 500,
      code: 'internal',
      title: 'Something went wrong on the server. Try again; if it stays, tell GovTech the request id.',
    })
  })
}
