import { join } from 'node:path'

import type { FastifyInstance } from 'fastify'

import type { Limits } from '#contract/manage/session.ts'

import { createAccounts } from './access/accounts.ts'
import { createBox } from './access/box.ts'
import type { Passwords } from './access/passwords.ts'
import type { Secrets } from './access/secrets.ts'
import type { Config } from './config.ts'
import { createDevices } from './db/devices.ts'
import { createIdempotencyStore } from './db/idempotency.ts'
import type { Db } from './db/open.ts'
import { createOrgs } from './db/orgs.ts'
import { createPeople } from './db/people.ts'
import { createProducts } from './db/products.ts'
import { servePortal } from './http/portal.ts'
import { createServer } from './http/server.ts'
import type { Clock } from './ports.ts'
import { orgRoutes } from './routes/manage/orgs.ts'
import { productRoutes } from './routes/manage/products.ts'
import { serviceRoutes } from './routes/manage/service.ts'
import { sessionRoutes } from './routes/manage/session.ts'

/** Everything that differs between the real service and a test of it. */
export interface AppPorts {
  config: Config
  secrets: Secrets
  clock: Clock
  db: Db
  passwords: Passwords
  /** Folder of the built portal. */
  webRoot: string
  /** What this deployment's own version is. */
  release: string
}

/** A service that is put together and does not listen yet. */
export interface Service {
  app: FastifyInstance
}

const limitsOf = ({ config, release }: AppPorts): Limits => ({
  firmwareMaxBytes: config.firmwareMaxBytes,
  verificationDevices: 5,
  pageSizeMax: 200,
  contact: config.contact,
  release,
})

/** The only wiring: production and tests differ in what they pass in, never in how it is put together. */
export async function buildApp(ports: AppPorts): Promise<Service> {
  const { config, secrets, clock, db, passwords } = ports
  const box = createBox(secrets.dataKey)
  const people = createPeople(db, clock)
  const orgs = createOrgs(db, clock)
  const accounts = createAccounts(people, passwords, clock, {
    ...config.session,
    signInFailures: config.signInFailures,
  })
  const isSecure = config.publicUrl.startsWith('https:')
  const cookie = {
    // the prefix makes browsers insist on https, on this host and on the whole of it
    name: isSecure ? '__Host-session' : 'session',
    isSecure,
    maxAgeSeconds: config.session.maxMs / 1000,
  }
  const app = await createServer({
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    callsPerMinute: config.rateLimitPerMinute,
    logLevel: config.logLevel,
    contact: config.contact,
    cookieName: cookie.name,
    identities: { person: accounts.person, org: orgs.bySlug },
    idempotency: createIdempotencyStore(db, clock, box),
  })
  sessionRoutes(app, { signIns: accounts, orgs, cookie, limits: limitsOf(ports) })
  orgRoutes(app, orgs)
  productRoutes(app, createProducts(db, clock, box))
  serviceRoutes(app, [])
  await servePortal(app, ports.webRoot)
  return { app }
}
