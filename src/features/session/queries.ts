import { mutationOptions, queryOptions, useQuery } from '@tanstack/react-query'

import type { Input } from '#contract/endpoint.ts'
import { session, SIGNED_IN_COOKIE, type Session } from '#contract/manage/session.ts'
import { missingRight, roleAllows, type OrgAction, type PlatformAction } from '#contract/rights.ts'
import { problems } from '#contract/problems.ts'
import { ApiError, call } from '#src/api/call.ts'
import { keys } from '#src/api/keys.ts'
import { useDraft, type Drafted } from '#src/lib/use-draft.ts'

// for the shell, which knows the contract only through the features
export type { MyOrg, Session } from '#contract/manage/session.ts'

const MINUTE = 60_000

const hasCookie = (name: string): boolean => document.cookie.split('; ').some((pair) => pair.startsWith(`${name}=`))

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: () => {
    // a browser that never signed in asks nothing, and its console stays clean
    if (!hasCookie(SIGNED_IN_COOKIE)) throw new ApiError(problems.signedOut())
    return call(session.view, {})
  },
  staleTime: 5 * MINUTE,
})

/** Whether there is a session now, past what the cache knows: it may have been begun in another tab. */
export const askForSession = async (): Promise<Session | undefined> =>
  hasCookie(SIGNED_IN_COOKIE) ? call(session.view, {}).catch(() => undefined) : undefined

/** Limits change only with the deployment, and a page is older than that at most until it is loaded again. */
export const limitsQuery = queryOptions({
  queryKey: keys.limits,
  queryFn: () => call(session.limits, {}),
  staleTime: Infinity,
})

export const signIn = mutationOptions({
  mutationFn: (body: Input<typeof session.signIn>['body']) => call(session.signIn, { body }),
  // a wrong password is not the end of a session
  meta: { public: true },
})

export const signOut = mutationOptions({ mutationFn: () => call(session.signOut, {}) })

/** The organisation of the address, as this person may see it. */
export function useMyOrg(org: string): Session['orgs'][number] | undefined {
  return useQuery(sessionQuery).data?.orgs.find(({ slug }) => slug === org)
}

/** True, or what is missing and whom to ask, in the words of the server's 403. */
export function useRight(action: OrgAction | PlatformAction, org?: string): true | string {
  const { data: me } = useQuery(sessionQuery)
  const { data: limits } = useQuery(limitsQuery)
  const own = me?.orgs.find(({ slug }) => slug === org)?.roles ?? []
  if (roleAllows([...own, ...(me?.platformRoles ?? [])], action)) return true
  return missingRight(action, limits?.contact ?? 'GovTech')
}

/** What this person wrote into a form and did not save, kept in this tab. */
export function useMyDraft<T extends object>(of: string, form: Drafted<T>, base?: number) {
  const me = useQuery(sessionQuery).data?.user.id ?? ''
  return useDraft(`${me} ${of}`, form, base)
}
