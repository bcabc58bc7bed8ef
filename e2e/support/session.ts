import type { BrowserContextOptions } from 'playwright/test'

import { people } from '#mock-api/seed/people.ts'
import { MOCK_SESSION_COOKIE } from '#mock-api/session.ts'

export type Person = keyof typeof people

/** A browser in which this person is signed in; a cookie, because each stored item would cost a page of its own. */
export function storageOf(as: Person | null): Extract<BrowserContextOptions['storageState'], object> {
  if (as === null) return { cookies: [], origins: [] }
  const cookie = { name: MOCK_SESSION_COOKIE, value: people[as].id, domain: 'localhost', path: '/', expires: -1 }
  return { cookies: [{ ...cookie, httpOnly: false, secure: false, sameSite: 'Strict' }], origins: [] }
}
