import { http, HttpResponse, type HttpHandler } from 'msw'
import type { z } from 'zod'

import type { Endpoint, Parsed, Problem } from '#contract/endpoint.ts'
import { fieldsOf, problems } from '#contract/problems.ts'

import { admit, type Access } from './access.ts'
import { touchWorld } from './db.ts'
import { MockProblem } from './problem.ts'
import { obeySentinels } from './sentinels.ts'
import { endure, muffled } from './trouble.ts'

/** What a handler gives back; one that says nothing (204) returns nothing. */
type Given<E extends Endpoint> = E['status'] extends 204 ? void : z.input<E['reply']>
type Handler<E extends Endpoint> = (request: Parsed<E>, access: Access) => Given<E> | Promise<Given<E>>

/** A handler of bytes or streams: it makes its own response. */
type RawHandler<E extends Endpoint> = (request: Parsed<E>, access: Access, raw: Request) => Response | Promise<Response>

/**
 * Binds a mock to the contract: rights are enforced and requests validated as the server does, and so is the mock's
 * own reply.
 */
export const mock = <E extends Endpoint>(endpoint: E, handler: Handler<E>): HttpHandler =>
  raw(endpoint, async (parsed, access) => {
    const reply = await handler(parsed, access)
    if (endpoint.status === 204) return new HttpResponse(null, { status: 204 })
    const json = endpoint.reply.safeParse(reply)
    // a mock that drifts from the contract fails here, in the first test that meets it
    if (!json.success) throw new Error(`Mock ${endpoint.method} ${endpoint.path} broke the contract: ${json.error}`)
    return HttpResponse.json(json.data as never, { status: endpoint.status })
  })

/** The same door for what is not JSON: uploads, streams and files. */
export function raw<E extends Endpoint>(endpoint: E, handler: RawHandler<E>): HttpHandler {
  const method = endpoint.method.toLowerCase() as Lowercase<E['method']>
  return http[method](endpoint.path, async ({ request, params }) => {
    touchWorld()
    try {
      const access = admit(endpoint, params)
      await endure(params)
      const parsed = await parse(endpoint, request, params)
      return muffled(params, (await obeySentinels(parsed)) ?? (await handler(parsed, access, request)))
    } catch (thrown) {
      if (thrown instanceof MockProblem) return problemResponse(thrown.problem, thrown.headers)
      throw thrown
    }
  })
}

export const problemResponse = (problem: Problem, headers: Record<string, string> = {}): Response =>
  HttpResponse.json(
    { ...problem, requestId: crypto.randomUUID() },
    { status: problem.status, headers: { 'content-type': 'application/problem+json', ...headers } },
  )

async function parse<E extends Endpoint>(endpoint: E, request: Request, params: object): Promise<Parsed<E>> {
  const given = {
    params,
    query: Object.fromEntries(new URL(request.url).searchParams),
    body: endpoint.body && (await bodyOf(request)),
  }
  const parts = ['params', 'body', 'query'] as const
  const parsed: Partial<Record<(typeof parts)[number], unknown>> = {}
  for (const part of parts) {
    const result = endpoint[part]?.safeParse(given[part])
    if (result && !result.success) throw new MockProblem(problems.invalid(fieldsOf(result.error.issues, part)))
    parsed[part] = result?.data
  }
  return parsed as unknown as Parsed<E>
}

async function bodyOf(request: Request): Promise<unknown> {
  const text = await request.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new MockProblem(problems.malformedJson())
  }
}
