import { randomBytes } from 'node:crypto'

import type { PeopleStore } from '#server/ports-manage.ts'

import type { Passwords } from './passwords.ts'

/**
 * Makes the first person of a deployment, who may make organisations.
 * @param password none makes a random one
 * @returns the random password, to be shown once; undefined when one was given or there is someone already
 */
export async function ensureFirstAdmin(
  people: PeopleStore,
  passwords: Passwords,
  { email, password }: { email: string; password: string | undefined },
): Promise<string | undefined> {
  // asked first, because a start should not pay for a password hash that nobody needs
  if (await people.hasAny()) return undefined
  const chosen = password ?? randomBytes(15).toString('base64url')
  const passwordHash = await passwords.hash(chosen)
  const isFirst = await people.addFirst({
    email,
    name: 'Administrator',
    passwordHash,
    platformRoles: ['platformAdmin'],
  })
  return isFirst && password === undefined ? chosen : undefined
}
