import { SIGNED_IN_COOKIE } from '#contract/manage/session.ts'

/**
 * The mock's stand-in for the session cookie: whose browser this is. It outlives a reload, which the rest of the mock's
 * world does not, and scripts can read it, because a service worker's page cannot set HttpOnly cookies.
 */
export const MOCK_SESSION_COOKIE = 'mock-session'
const hasCookies = typeof document !== 'undefined'
let kept: string | null = null

const cookie = (name: string): string | null =>
  document.cookie
    .split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? null

function setCookie(name: string, value: string | null): void {
  document.cookie = `${name}=${value ?? ''}; path=/; samesite=strict${value === null ? '; max-age=0' : ''}`
}

export const currentUserId = (): string | null => (hasCookies ? cookie(MOCK_SESSION_COOKIE) : kept)

/** What the server's readable cookie says beside the one that scripts cannot see. */
export function showSession(): void {
  if (hasCookies) setCookie(SIGNED_IN_COOKIE, currentUserId() === null ? null : '1')
}

/** From now on every request is this person's; null signs out. */
export function actAs(userId: string | null): void {
  kept = userId
  if (hasCookies) setCookie(MOCK_SESSION_COOKIE, userId)
  showSession()
}
