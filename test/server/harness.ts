import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { InjectOptions, LightMyRequestResponse } from 'fastify'

import type { Role } from '#contract/rights.ts'
import { createPasswords } from '#server/access/passwords.ts'
import { keepSecrets } from '#server/access/secrets.ts'
import { buildApp, type Service } from '#server/app.ts'
import { stoppedClock, type MovableClock } from '#server/clock.ts'
import { readConfig, type Config } from '#server/config.ts'
import { newId } from '#server/db/ids.ts'
import type { Db } from '#server/db/open.ts'

import { openTestDatabase, type DatabaseName } from './support/databases.ts'

/** People of the organisation `hdb`, of the deployment, and one of another organisation. */
export type Who = Role | 'neighbour'
export const ORG = 'hdb'
export const OTHER_ORG = 'nea'
export const PASSWORD = 'correct horse battery'
/** A fixed morning, so that no test depends on the day it runs. */
export const START = Date.UTC(2026, 0, 5, 1, 0, 0)

const PEOPLE: Readonly<Record<Who, { org?: [slug: string, role: string]; platform?: string }>> = {
  viewer: { org: [ORG, 'viewer'] },
  operator: { org: [ORG, 'operator'] },
  approver: { org: [ORG, 'approver'] },
  admin: { org: [ORG, 'admin'] },
  support: { platform: 'support' },
  platformAdmin: { platform: 'platformAdmin' },
  neighbour: { org: [OTHER_ORG, 'operator'] },
}
export const EVERYONE = Object.keys(PEOPLE) as Who[]
export const emailOf = (who: Who): string => `${who.toLowerCase()}@${who === 'neighbour' ? OTHER_ORG : ORG}.example`

export interface Harness {
  service: Service
  clock: MovableClock
  db: Db
  config: Config
  /** Sends one request; null sends it without a session. */
  send(who: Who | null, request: InjectOptions): Promise<LightMyRequestResponse>
  /** The session cookie of a person, as a header value. */
  cookieOf(who: Who): Promise<string>
  /** Signs everyone in anew at their next request. */
  forget(): void
  /** Ends the service and starts another on the same data, as after a restart of the process. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface HarnessOptions {
  /** SQLite when it is left out. */
  database?: DatabaseName
  /** Over the defaults of a test; see `server/config.ts`. */
  env?: Record<string, string>
  logTo?: { write(line: string): void }
  /** What stands between the service and its database, such as a count of what is asked. */
  intoDb?: (db: Db) => Db
  /** One that stands still until it is moved when it is left out. */
  clock?: MovableClock
  /** Devices that a preview counts at once, at most; as in production when it is left out. */
  previewAtOnce?: number
}

/** A whole service on a folder of its own, wired as in production, on a clock that the test moves. */
export async function startHarness({
  database = 'sqlite',
  env = {},
  logTo,
  intoDb = (db) => db,
  clock = stoppedClock(START),
  previewAtOnce,
}: HarnessOptions = {}): Promise<Harness> {
  const stored = await openTestDatabase(database)
  const dataDir = await mkdtemp(join(tmpdir(), 'ota-test-'))
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    MQTT_PORT: '0',
    MQTTS_PORT: '0',
    HTTPS_PORT: '0',
    PUBLIC_URL: 'http://portal.test',
    LOG_LEVEL: 'silent',
    RATE_LIMIT_PER_MINUTE: '1000000',
    DATA_DIR: dataDir,
    ...env,
  })
  const secrets = await keepSecrets(dataDir, config)
  // the cheapest that scrypt allows: what is tested is not its cost
  const passwords = createPasswords({ N: 2, r: 1, p: 1 })
  const cookies = new Map<Who, string>()
  const webRoot = join(dataDir, 'web')
  const build = (db: Db) =>
    buildApp({
      config,
      secrets,
      clock,
      db: intoDb(db),
      passwords,
      webRoot,
      release: 'test',
      previewAtOnce,
      ...(logTo && { logTo }),
    })
  await seed(stored.db, await passwords.hash(PASSWORD))

  const harness: Harness = {
    clock,
    config,
    db: stored.db,
    service: await build(stored.db),
    async send(who, request) {
      const cookie = who === null ? undefined : await harness.cookieOf(who)
      return harness.service.app.inject({ ...request, headers: { ...request.headers, ...(cookie && { cookie }) } })
    },
    async cookieOf(who) {
      const known = cookies.get(who)
      if (known) return known
      const payload = { email: emailOf(who), password: PASSWORD }
      const { cookies: set } = await harness.service.app.inject({ method: 'POST', url: '/api/session', payload })
      const cookie = set.map(({ name, value }) => `${name}=${value}`).join('; ')
      cookies.set(who, cookie)
      return cookie
    },
    forget: () => cookies.clear(),
    async restart() {
      await harness.service.close()
      harness.db = await stored.reopen()
      harness.service = await build(harness.db)
    },
    async close() {
      await harness.service.close()
      await stored.dispose()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  return harness
}

async function seed(db: Db, passwordHash: string): Promise<void> {
  await db.transact(async (trx) => {
    const orgs = [ORG, OTHER_ORG].map((slug) => ({
      id: newId(START),
      slug,
      name: slug.toUpperCase(),
      zone: 'Asia/Singapore',
      created_at: START,
    }))
    await trx.insertInto('orgs').values(orgs).execute()
    for (const who of EVERYONE) {
      const { org, platform } = PEOPLE[who]
      const user = {
        id: newId(START),
        email: emailOf(who),
        name: who,
        password_hash: passwordHash,
        platform_roles: JSON.stringify(platform ? [platform] : []),
        disabled: 0 as const,
        created_at: START,
      }
      await trx.insertInto('users').values(user).execute()
      const orgId = orgs.find(({ slug }) => slug === org?.[0])?.id
      if (org && orgId) {
        const member = { org_id: orgId, user_id: user.id, roles: JSON.stringify([org[1]]) }
        await trx.insertInto('members').values(member).execute()
      }
    }
  })
}
