import { MutationCache, QueryCache, QueryClient, type QueryKey } from '@tanstack/react-query'

import { ApiError } from './call.ts'
import { FRESH_MS } from './fresh.ts'
import { sessionEnd } from './session-end.ts'

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiError
    mutationMeta: { invalidates?: QueryKey | readonly QueryKey[]; public?: boolean }
  }
}

const isSignedOut = (error: unknown) => error instanceof ApiError && error.problem.status === 401

/** One per page load; tests make their own. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      // the library would keep what is done without a connection and send it when there is one, long after it was given up
      mutations: { networkMode: 'always' },
      queries: {
        staleTime: FRESH_MS,
        // asked at once and failed in words, where the library would wait in silence; asked again when there is a connection
        networkMode: 'always',
        refetchOnReconnect: true,
        // a 4xx is an answer: asking again will not change it
        retry: (failures, error) => (error.problem?.status ?? 0) >= 500 && failures < 2,
      },
    },
    queryCache: new QueryCache({ onError: (error) => isSignedOut(error) && sessionEnd.happened() }),
    mutationCache: new MutationCache({
      onError: (error, _input, _result, { meta }) => isSignedOut(error) && !meta?.public && sessionEnd.happened(),
      onSuccess: (_data, _input, _result, { meta }) => invalidateAll(client, meta?.invalidates),
    }),
  })
  return client
}

const isOneKey = (keys: QueryKey | readonly QueryKey[]): keys is QueryKey => !Array.isArray(keys[0])

async function invalidateAll(client: QueryClient, invalidates: QueryKey | readonly QueryKey[] | undefined) {
  if (!invalidates) return
  const list = isOneKey(invalidates) ? [invalidates] : invalidates
  await Promise.all(list.map((queryKey) => client.invalidateQueries({ queryKey })))
}
