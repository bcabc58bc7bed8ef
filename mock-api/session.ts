/**
 * The mock's stand-in for the session cookie: whose browser this is. It outlives a reload as a cookie does, which
 * the rest of the mock's world does not. A service worker's page cannot set HttpOnly cookies, hence this.
 */
const KEY = 'mock-session'
const storage = typeof localStorage === 'undefined' ? undefined : localStorage
let kept: string | null = null

export const currentUserId = (): string | null => (storage ? storage.getItem(KEY) : kept)

/** From now on every request is this person's; null signs out. */
export function actAs(userId: string | null): void {
  kept = userId
  if (!storage) return
  if (userId === null) storage.removeItem(KEY)
  else storage.setItem(KEY, userId)
}
