import { Problem, type Endpoint, type Input, type Reply } from '#contract/endpoint.ts'

/** The only error the portal ever sees: a problem the server described, or one described here on its behalf. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.title)
    this.problem = problem
  }
}

const unreachable: Problem = {
  status: 503,
  code: 'unreachable',
  title: 'Cannot reach the server. Check the connection and try again.',
}
const unreadable: Problem = {
  status: 502,
  code: 'unreadable',
  title:
    'The server sent something this page cannot read. Reload the page; if it stays, the portal and the server have different versions.',
}

type Plain = Record<string, string | number | boolean | undefined>
interface Parts {
  params?: Plain
  query?: Plain
  body?: object
}

/** The address of an operation, its `:params` filled in and the given query behind it. */
export function addressOf<E extends Endpoint>(endpoint: E, input: Omit<Input<E>, 'body'>): string {
  const { params = {}, query = {} } = input as Parts
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  )
  return search.size > 0 ? `${path}?${search}` : path
}

/**
 * Calls one operation of the contract and parses its reply.
 * @param signal aborts the request; the abort itself is rethrown so that TanStack Query sees it
 * @throws ApiError for every refusal, unreadable answer and lost connection
 */
export async function call<E extends Endpoint>(endpoint: E, input: Input<E>, signal?: AbortSignal): Promise<Reply<E>> {
  const { body } = input as Parts
  const response = await fetch(addressOf(endpoint, input), {
    method: endpoint.method,
    ...(signal && { signal }),
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch((cause: unknown) => {
    // a cancelled query is not a failure
    throw signal?.aborted ? cause : new ApiError(unreachable)
  })
  const json: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined)
  if (!response.ok) throw new ApiError(problemOf(json, response.status))
  // Open tabs outlive deployments, so the reply is checked and not assumed.
  const reply = endpoint.reply.safeParse(json)
  if (!reply.success) throw new ApiError(unreadable)
  return reply.data as Reply<E>
}

/** What a refused answer says, or that it cannot be read. */
export function problemOf(json: unknown, status: number): Problem {
  return Problem.safeParse(json).data ?? { ...unreadable, status: status >= 400 ? status : 502 }
}
