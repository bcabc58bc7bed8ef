import { z } from 'zod'

import type { Action } from './rights.ts'

// a field that is empty or not there is told in words for whoever fills in a form, not for whoever wrote it
z.config({
  customError: (issue) => {
    if (issue.code === 'invalid_type' && (issue.input === undefined || issue.input === null)) return 'This is missing.'
    // a key that is refused hides its own sentence one level deeper
    return issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined
  },
})

/**
 * How the bytes travel. Rate limits, the role matrix and OpenAPI see every kind;
 * `call` in the portal and the mock bind only `json`.
 */
export type EndpointKind = 'json' | 'csv' | 'text' | 'stream' | 'file' | 'tus' | 'device'

/** One operation of the HTTP API. The server serves it, the portal calls it, the mock imitates it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'
  /** Fastify and MSW share this `:param` syntax, so the path is written once. */
  readonly path: `/${string}`
  readonly kind: EndpointKind
  /** The right that the caller needs, looked up in `rights.ts`. */
  readonly action: Action
  /** One plain sentence for OpenAPI. */
  readonly summary: string
  readonly status: 200 | 201 | 202 | 204
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly reply: z.ZodType
}

type Part = 'params' | 'query' | 'body'
type Declared<E extends Endpoint> = { [K in Part]: E[K] extends z.ZodType ? K : never }[Part]

/** What a caller supplies, before defaults and coercion. */
export type Input<E extends Endpoint> = { [K in Declared<E>]: z.input<NonNullable<E[K]>> }
/** What a handler receives, after validation. */
export type Parsed<E extends Endpoint> = { [K in Declared<E>]: z.output<NonNullable<E[K]>> }
export type Reply<E extends Endpoint> = z.output<E['reply']>

/**
 * What may be sent twice by a network that lost the answer, with an `Idempotency-Key`: the making of a thing by someone
 * who is known. An upload asks how far it got instead.
 */
export const isCreation = ({ method, status, action, kind }: Endpoint): boolean =>
  method === 'POST' && status === 201 && action !== 'public' && kind !== 'tus'

export const endpoint = <const E extends Endpoint>(spec: E): E => spec

/** Failure, in one shape. Modelled on RFC 9457, with `title` written for the operator who will read it. */
export const Problem = z.object({
  status: z.int().min(400).max(599),
  code: z.string(),
  title: z.string(),
  requestId: z.string().optional(),
  /** Field path to message, present when something the caller typed is at fault. */
  fields: z.record(z.string(), z.string()).optional(),
  /** The number that EnOS gives the same refusal, for those who know its tables. */
  enosCode: z.int().optional(),
})
export type Problem = z.infer<typeof Problem>

/** A body that says nothing: 204. */
export const Nothing = z.undefined()
