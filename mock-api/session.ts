import { SIGNED_IN_COOKIE } from '#contract/manage/session.ts'

/**
 * The mock's stand-in for the session cookie: whose browser this is. It outlives a reload as a cookie does, which
 * the rest of the mock's world does not. A service worker's page cannot set HttpOnly cookies, hence this.
 */
const KEY = 'mock-session'
const storage = typeof localStorage === 'undefined' ? undefined : localStorage
let kept: string | null = null

export const currentUserId = (): string | null => (storage ? storage.getItem(KEY) : kept)

/** What the server's readable cookie says beside the one that scripts cannot see. */
export function showSession(): void {
  if (typeof document === 'undefined') return
  const ended = currentUserId() === null ? '; max-age=0' : ''
  document.cookie = `${SIGNED_IN_COOKIE}=1; path=/; samesite=strict${ended}`
}

/** From now on every request is this person's; null signs out. */
export function actAs(userId: string | null): void {
  kept = userId
  if (userId === null) storage?.removeItem(KEY)
  else storage?.setItem(KEY, userId)
  showSession()
}
