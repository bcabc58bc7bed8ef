import { isCreation, Problem, type Endpoint, type Input, type Reply } from '#contract/endpoint.ts'

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
 * Calls one operation of the contract and parses its reply. A page that is left lets its questions be answered: they are
 * short, the answers are kept for whoever comes back, and an aborted request looks like a failed one.
 * @throws ApiError for every refusal, unreadable answer and lost connection
 */
export function call<E extends Endpoint>(endpoint: E, input: Input<E>): Promise<Reply<E>> {
  const { body } = input as Parts
  const sent = body && JSON.stringify(body)
  const asked = (headers: Record<string, string> = {}) =>
    ask(endpoint, input, sent ? { body: sent, headers: { 'content-type': 'application/json', ...headers } } : {})
  return isCreation(endpoint) ? once(`${addressOf(endpoint, input)} ${sent}`, asked) : asked()
}

/** Not a UUID: browsers make those on pages that came encrypted only. */
const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join('-')

/** Keys of creations whose answer was lost, by what they ask. */
const unanswered = new Map<string, string>()

/** What the network lost the answer to may have been made: trying the same again makes no second one. */
async function once<T>(what: string, asked: (headers: Record<string, string>) => Promise<T>): Promise<T> {
  const key = unanswered.get(what) ?? newKey()
  unanswered.set(what, key)
  try {
    const reply = await asked({ 'idempotency-key': key })
    unanswered.delete(what)
    return reply
  } catch (error) {
    const { code } = (error as ApiError).problem
    if (code !== unreachable.code && code !== unreadable.code) unanswered.delete(what)
    throw error
  }
}

/** The same for an operation whose body is a table: the file goes as it is, without being read into memory. */
export const sendTable = <E extends Endpoint>(
  endpoint: E,
  input: Omit<Input<E>, 'body'>,
  file: Blob,
): Promise<Reply<E>> => ask(endpoint, input, { body: file, headers: { 'content-type': 'text/csv' } })

async function ask<E extends Endpoint>(
  endpoint: E,
  input: Omit<Input<E>, 'body'>,
  sent: RequestInit,
): Promise<Reply<E>> {
  const response = await fetch(addressOf(endpoint, input), { method: endpoint.method, ...sent }).catch(() => {
    throw new ApiError(unreachable)
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
