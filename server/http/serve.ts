// loads the types of a route's `config.rateLimit`
import type {} from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { z } from 'zod'

import { isCreation, Problem, type Endpoint, type Parsed } from '#contract/endpoint.ts'

import type { CallerFor, Guard, InOrg, SignedIn } from './guard.ts'
import type { Idempotency } from './idempotency.ts'

declare module 'fastify' {
  interface FastifyInstance {
    guard: Guard
    idempotency: Idempotency
  }
  interface FastifyRequest {
    caller: unknown
  }
}

/** The exchange itself, for a handler that sets a cookie or reads a header. */
export interface Exchange {
  request: FastifyRequest
  response: FastifyReply
}

export type Handler<E extends Endpoint> = (
  input: Parsed<E>,
  caller: CallerFor<E['action']>,
  exchange: Exchange,
) => Promise<Answer<z.input<E['reply']>>>

/** A handler that says nothing may also return nothing. */
type Answer<R> = undefined extends R ? R | void : R

/** A handler that writes its own answer: a stream of events, a file, an upload. */
export type RawHandler<E extends Endpoint> = (
  input: Parsed<E>,
  caller: CallerFor<E['action']>,
  exchange: Exchange,
) => Promise<unknown>

type Json = Endpoint & { readonly kind: 'json' }
type Raw = Endpoint & { readonly kind: Exclude<Endpoint['kind'], 'json'> }

/**
 * Binds a handler to the contract. The caller is admitted by the endpoint's action before a byte of the body
 * is read; what comes in is parsed, what goes out is checked against the contract.
 */
export function serve<E extends Json>(app: FastifyInstance, endpoint: E, handler: Handler<E>): void {
  app.route({
    ...common(app, endpoint),
    schema: { ...schemaOf(endpoint), response: { [endpoint.status]: endpoint.reply, '4xx': Problem, '5xx': Problem } },
    handler: (request, response) => {
      const run = async () => {
        response.code(endpoint.status)
        return handler(inputOf<E>(request), request.caller as CallerFor<E['action']>, { request, response })
      }
      return isCreation(endpoint)
        ? app.idempotency.once(request, response, request.caller as SignedIn | InOrg, run)
        : run()
    },
  })
}

/** The same for what is not JSON: admitted and parsed alike, answered by the handler itself. */
export function serveRaw<E extends Raw>(app: FastifyInstance, endpoint: E, handler: RawHandler<E>): void {
  app.route({
    ...common(app, endpoint),
    schema: schemaOf(endpoint),
    handler: (request, response) =>
      handler(inputOf<E>(request), request.caller as CallerFor<E['action']>, { request, response }),
  })
}

const common = (app: FastifyInstance, { method, path, kind, action }: Endpoint): Omit<RouteOptions, 'handler'> => ({
  method,
  url: path,
  // bytes and event streams are long and few: they are limited where they are made, not by their number
  ...(kind !== 'json' && { config: { rateLimit: false } }),
  onRequest: async (request: FastifyRequest) => {
    request.caller = await app.guard.admit(action, request)
  },
})

const schemaOf = ({ params, query, body }: Endpoint) => ({
  ...(params && { params }),
  ...(query && { querystring: query }),
  ...(body && { body }),
})

const inputOf = <E extends Endpoint>(request: FastifyRequest): Parsed<E> =>
  ({ params: request.params, query: request.query, body: request.body }) as Parsed<E>
