import { getResponse, http, type HttpHandler } from 'msw'

type Route = { handler: HttpHandler; method: string; path: RegExp }

/** `:name` stands for one part of a path, as in the contract. */
const routeOf = (handler: HttpHandler): Route => {
  const { method, path } = handler.info
  const pattern = String(path)
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)))
  return { handler, method: String(method), path: new RegExp(`^${pattern.join('/')}/?$`) }
}

/** What is being answered. */
const underWay = new Set<Promise<unknown>>()

/** Resolves when all that has been asked so far is answered. */
export const answered = (): Promise<unknown> => Promise.allSettled(underWay)

/**
 * All handlers behind one. MSW reads a request's address and cookies anew for each handler that it asks, which for as
 * many as there are here costs a page more than everything that they do; behind this one it asks those that fit.
 */
export function routed(handlers: readonly HttpHandler[]): HttpHandler {
  const routes = handlers.map(routeOf)
  const fitting = ({ method, url }: Request): HttpHandler[] => {
    const { pathname } = new URL(url)
    return routes.filter((route) => route.method === method && route.path.test(pathname)).map(({ handler }) => handler)
  }
  return http.all(
    ({ request }) => fitting(request).length > 0,
    ({ request }) => {
      // where there is no page whose address theirs begin with, they are of the one that is asked
      const answer = getResponse(fitting(request), request, { baseUrl: new URL(request.url).origin })
      underWay.add(answer)
      const isOver = () => underWay.delete(answer)
      answer.then(isOver, isOver)
      return answer
    },
  )
}
