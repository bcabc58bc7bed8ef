import { createHash, randomBytes } from 'node:crypto'

import { problems } from '#contract/problems.ts'
import type { PeopleStore, Person, SessionRecord } from '#server/ports-manage.ts'
import { ProblemError, type Actor, type Clock } from '#server/ports.ts'

import type { Passwords } from './passwords.ts'
import type { Sparing } from './sparing.ts'
import { createThrottle } from './throttle.ts'

/** A session that was seen within this time is not written again: one write a minute and person is enough. */
const TOUCH_MS = 60_000
const THROTTLE_MS = 15 * 60_000
/** Many people share one address, so an address may fail more often than a person. */
const ADDRESS_FACTOR = 5

export interface SessionTerms {
  /** Silence after which a session ends, and its longest life. Milliseconds. */
  idleMs: number
  maxMs: number
  /** Failures to sign in that a person may have within 15 minutes. */
  signInFailures: number
}

export interface Caller {
  address: string
  userAgent: string
}

/** Who may come in, and who is in. */
export interface Accounts {
  /** @throws ProblemError 401 the same for unknown and wrong, 429 when there were too many */
  signIn(email: string, password: string, caller: Caller): Promise<{ token: string; person: Person }>
  signOut(token: string, actor: Actor): Promise<void>
  /**
   * The person whose session this token opens; undefined when it has ended.
   * @param isQuiet the person did nothing: asking does not keep the session alive
   */
  person(token: string, isQuiet?: boolean): Promise<Person | undefined>
  /** Removes and logs what has ended; to be called now and then. */
  sweep(): Promise<void>
}

/** A leaked table opens no session: it holds the digest of the token, and the token is 256 random bits. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** @param sparing keeps failures from flooding the log: they need no account */
export function createAccounts(
  people: PeopleStore,
  passwords: Passwords,
  clock: Clock,
  { sparing, ...terms }: SessionTerms & { sparing: Sparing },
): Accounts {
  const most = { email: terms.signInFailures, address: terms.signInFailures * ADDRESS_FACTOR }
  const throttle = createThrottle(clock, most, THROTTLE_MS)

  const isOver = ({ expiresAt, lastSeenAt }: SessionRecord): boolean =>
    clock.now() >= expiresAt || clock.now() >= lastSeenAt + terms.idleMs

  async function open(userId: string, { address, userAgent }: Caller): Promise<string> {
    const token = randomBytes(32).toString('base64url')
    const at = clock.now()
    await people.addSession({
      userId,
      address,
      tokenHash: hashOf(token),
      createdAt: at,
      lastSeenAt: at,
      expiresAt: at + terms.maxMs,
      userAgent: userAgent.slice(0, 256),
    })
    return token
  }

  return {
    async signIn(email, password, caller) {
      const [byEmail, byAddress] = [`email:${email}`, `address:${caller.address}`]
      const names = [byEmail, byAddress]
      throttle.check(names)
      // counted before the work, so that many at once cannot pass the check together
      throttle.failed(names)
      const user = await people.byEmail(email)
      const isRight = await passwords.verify(password, user?.passwordHash)
      const person = user && isRight ? await people.person(user.id) : undefined
      if (!user || !person) {
        // the same work for whoever exists and whoever does not, so that the time of the answer tells nothing
        await sparing.tell('sign-in', (more) => people.signInFailed(user?.id, caller.address, more))
        throw new ProblemError(problems.wrongSignIn())
      }
      throttle.forget(byEmail)
      throttle.takeBack(byAddress)
      return { token: await open(user.id, caller), person }
    },
    signOut: (token, actor) => people.endSession(hashOf(token), actor),
    async person(token, isQuiet = false) {
      const session = await people.session(hashOf(token))
      if (!session || isOver(session)) return undefined
      if (!isQuiet && clock.now() - session.lastSeenAt >= TOUCH_MS)
        await people.touchSession(session.tokenHash, clock.now())
      return people.person(session.userId)
    },
    sweep: () => people.endOver({ expiredAt: clock.now(), silentSince: clock.now() - terms.idleMs }),
  }
}
