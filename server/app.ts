import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import type { FastifyInstance } from 'fastify'

import { parseFileUri } from '#contract/device/http.ts'

import { createAccounts } from './access/accounts.ts'
import { createBox } from './access/box.ts'
import { createDownloadLinks } from './access/links.ts'
import type { Passwords } from './access/passwords.ts'
import { createDownloadRefusals, createRefusals } from './access/refusals.ts'
import type { Secrets } from './access/secrets.ts'
import { createSparing, type Sparing } from './access/sparing.ts'
import { createDoors } from './channel/doors.ts'
import { createHttpChannel, type HttpChannel } from './channel/http/index.ts'
import { createChannel, type Channel } from './channel/index.ts'
import { readContext } from './channel/tls.ts'
import type { MovableClock } from './clock.ts'
import { ConfigError, type Config } from './config.ts'
import { createActivity } from './db/activity.ts'
import { createDeviceLists } from './db/device-lists.ts'
import { createDevices } from './db/devices.ts'
import { createDirectory, keyFits } from './db/directory.ts'
import { engineStore } from './db/engine-store.ts'
import { createFirmwareFacts } from './db/firmware-facts.ts'
import { createFirmware } from './db/firmware.ts'
import { createIdempotencyStore } from './db/idempotency.ts'
import { newId } from './db/ids.ts'
import type { Db } from './db/open.ts'
import { createLogArchive } from './db/log-archive.ts'
import { createOrgs } from './db/orgs.ts'
import { createOverview } from './db/overview.ts'
import { createPeople } from './db/people.ts'
import { createPolicies } from './db/policies.ts'
import { createProducts } from './db/products.ts'
import { createSecurityLog } from './db/sessions.ts'
import { createUploads } from './db/uploads.ts'
import { createTopology } from './db/topology.ts'
import { createWorkReader } from './db/work.ts'
import { createEngine, type Engine } from './engine/index.ts'
import { loggerOptions } from './http/logging.ts'
import { servePortal } from './http/portal.ts'
import { createBandwidth } from './http/bandwidth.ts'
import { listenHttps, type HttpsPort } from './http/https.ts'
import { createServer } from './http/server.ts'
import { createHub, type Hub } from './live/hub.ts'
import { createMetrics } from './metrics/index.ts'
import type { Clock } from './ports.ts'
import { downloadRoute } from './routes/device/download.ts'
import { activityRoutes } from './routes/manage/activity.ts'
import { deviceFileRoutes } from './routes/device/http-files.ts'
import { deviceMessageRoutes } from './routes/device/http-messages.ts'
import { deviceHistoryRoutes } from './routes/manage/device-history.ts'
import { deviceListRoutes } from './routes/manage/device-lists.ts'
import { deviceRoutes } from './routes/manage/devices.ts'
import { firmwareFactRoutes } from './routes/manage/firmware-facts.ts'
import { firmwareRoutes } from './routes/manage/firmware.ts'
import { metricsRoute } from './routes/manage/metrics.ts'
import { jobExportRoutes } from './routes/manage/job-exports.ts'
import { jobRoutes } from './routes/manage/jobs.ts'
import { liveRoutes } from './routes/manage/live.ts'
import { orgRoutes } from './routes/manage/orgs.ts'
import { overviewRoutes } from './routes/manage/overview.ts'
import { policyRoutes } from './routes/manage/policies.ts'
import { productRoutes } from './routes/manage/products.ts'
import { serviceRoutes } from './routes/manage/service.ts'
import { cookieFor, sessionRoutes } from './routes/manage/session.ts'
import { clockRoute } from './routes/manage/test-clock.ts'
import { uploadRoutes } from './routes/manage/uploads.ts'
import { openFolderStore } from './storage/folder.ts'
import { everyHour, sweepExpired, sweepOrphans } from './storage/housekeeping.ts'
import { createLogRetention } from './storage/log-archive.ts'
import { openTus } from './storage/tus.ts'

/** Everything that differs between the real service and a test of it. */
export interface AppPorts {
  config: Config
  secrets: Secrets
  /** One that can be moved gets an endpoint that moves it. */
  clock: Clock | MovableClock
  db: Db
  passwords: Passwords
  /** Folder of the built portal. */
  webRoot: string
  /** What this deployment's own version is. */
  release: string
  /** Devices that a preview counts while its request waits, at most; a test asks for less. */
  previewAtOnce?: number | undefined
  /** Where the log goes instead of the process's output. */
  logTo?: { write(line: string): void }
}

/** A service that is put together. Nothing is open and nothing moves before `start`. */
export interface Service {
  app: FastifyInstance
  engine: Engine
  channel: Channel
  httpChannel: HttpChannel
  live: Hub
  /** Takes up what an earlier process left, then lets people and devices in. */
  start(): Promise<{ httpPort: number; httpsPort?: number; mqttPort: number; mqttsPort?: number }>
  /** Takes renewed certificates and lists. @throws when they cannot be read; those from before stay then */
  reloadTls(): Promise<void>
  /** Lets nobody in any more and resolves when everything that arrived is durable. */
  close(): Promise<void>
}

/** What the log only counts is told after that long. */
const QUARTER_MS = 15 * 60_000

/** Databases, folders and keys: what keeps. */
async function openStores({ config, secrets, clock, db }: AppPorts) {
  const box = createBox(secrets.dataKey)
  if (!(await keyFits(db, box)))
    throw new ConfigError(['DATA_KEY is not the key that the secrets of this database were sealed with'])
  return {
    people: createPeople(db, clock),
    orgs: createOrgs(db, clock),
    products: createProducts(db, clock, box),
    devices: createDevices(db, clock, box),
    policies: createPolicies(db, clock),
    activity: createActivity(db),
    security: createSecurityLog(db, clock),
    archive: createLogArchive(db, clock),
    overview: createOverview(db),
    deviceLists: createDeviceLists(db, clock),
    directory: createDirectory(db, clock, box),
    topology: createTopology(db),
    firmware: createFirmware(db, clock),
    firmwareFacts: createFirmwareFacts(db),
    uploads: createUploads(db),
    idempotency: createIdempotencyStore(db, clock, box),
    engine: engineStore(db),
    work: createWorkReader(db),
    files: await openFolderStore(join(config.dataDir, 'firmware')),
    bytes: await openTus(join(config.dataDir, 'uploads'), config.uploadKeepMs),
    links: createDownloadLinks(config.publicUrl, secrets.sessionSecret),
  }
}
type Stores = Awaited<ReturnType<typeof openStores>>

/** Engine, channel and live events: what moves. They need each other, so each is given the others as functions. */
function createMovers(ports: AppPorts, stores: Stores, log: FastifyInstance['log']) {
  const { config, secrets, clock, previewAtOnce } = ports
  const { directory, topology, devices, links, files } = stores
  const httpChannel = createHttpChannel({
    clock,
    log,
    directory,
    intake: () => engine.intake,
    secret: secrets.sessionSecret,
    asksForCertificate: config.tls?.clientCaFile !== undefined,
    async isStanding({ offer }) {
      const link = parseFileUri(offer.fileUrl)
      return link !== undefined && (await engine.downloads.decide(links.read(link.firmwareId, link.token))).ok
    },
  })
  const intake = () => httpChannel.beside(engine.intake)
  const channel = createChannel({ clock, log, directory, topology, intake, config })
  const door = createDoors(channel.door, httpChannel.door)
  const live = createHub({
    clock,
    log,
    epoch: newId(clock.now()),
    reader: {
      jobs: (ids) => engine.views.jobs(ids),
      tasks: (jobId, deviceIds) => engine.views.tasks(jobId, deviceIds),
      devices: devices.byIds,
    },
  })
  const engine: Engine = createEngine({ store: stores.engine, clock, log, links, files, door, live, previewAtOnce })
  const bandwidth = createBandwidth(config.downloadBytesPerSecond, clock)
  const metrics = createMetrics({ clock, work: stores.work, channel, httpChannel, live, downloads: bandwidth.counts })
  return { channel, httpChannel, door, live, engine, bandwidth, metrics }
}

/** The only wiring: production and tests differ in what they pass in, never in how it is put together. */
export async function buildApp(ports: AppPorts): Promise<Service> {
  const { config, clock, db, release } = ports
  const stores = await openStores(ports)
  const unwritten = (err: unknown) => app.log.warn({ err }, 'a line of the log was not written')
  const sparings = {
    // many people may fail at once, and a person asks in vain for one thing many times
    signIns: createSparing(clock, unwritten, { most: 200, windowMs: QUARTER_MS }),
    rights: createSparing(clock, unwritten, { most: 1, windowMs: QUARTER_MS }),
  }
  const accounts = createAccounts(stores.people, ports.passwords, clock, {
    ...config.session,
    signInFailures: config.signInFailures,
    sparing: sparings.signIns,
  })
  const cookie = cookieFor(config)
  const app = await createServer({
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    callsPerMinute: config.rateLimitPerMinute,
    log: loggerOptions(config.logLevel, ports.logTo),
    contact: config.contact,
    cookieName: cookie.name,
    identities: { person: accounts.person, org: stores.orgs.bySlug },
    refused: createRefusals(stores.security, sparings.rights),
    idempotency: stores.idempotency,
  })
  const movers = createMovers(ports, stores, app.log)
  const state = { isOpen: false }

  const { firmwareMaxBytes, contact } = config
  const limits = { firmwareMaxBytes, verificationDevices: 5, pageSizeMax: 200, contact, release }
  sessionRoutes(app, { signIns: accounts, orgs: stores.orgs, cookie, limits })
  orgRoutes(app, stores.orgs)
  productRoutes(app, stores)
  const { registry } = movers.engine
  deviceRoutes(app, { ...movers, devices: stores.devices, registry, gateways: movers.channel.gateways })
  deviceHistoryRoutes(app, movers.engine.devices)
  policyRoutes(app, stores.policies)
  activityRoutes(app, stores.activity)
  overviewRoutes(app, { ...stores, clock })
  deviceListRoutes(app, { ...stores, clock })
  jobRoutes(app, movers.engine.jobs)
  jobExportRoutes(app, movers.engine.jobs)
  liveRoutes(app, { hub: movers.live, clock })
  firmwareRoutes(app, { ...stores, ...movers, clock, firmwareMaxBytes })
  firmwareFactRoutes(app, stores.firmwareFacts)
  const newUploadId = () => newId(clock.now())
  uploadRoutes(app, { ...stores, clock, newId: newUploadId, firmwareMaxBytes, keepMs: config.uploadKeepMs })
  const refusedDownload = createDownloadRefusals(stores.security, sparings.rights)
  const { engine, httpChannel } = movers
  const ofDevices = { ...stores, ...movers, downloads: engine.downloads, device: httpChannel, refusedDownload }
  downloadRoute(app, ofDevices)
  deviceFileRoutes(app, ofDevices)
  await deviceMessageRoutes(app, movers.httpChannel)
  metricsRoute(app, { token: config.metricsToken, read: movers.metrics.read })
  serviceRoutes(app, [
    async () => (state.isOpen ? undefined : 'The device port is not open.'),
    async () => void (await db.read.selectFrom('orgs').select('id').limit(1).execute()),
    async () => void (await stores.bytes.freeBytes()),
  ])
  if ('advance' in clock) clockRoute(app, clock)
  await servePortal(app, ports.webRoot)
  return { app, ...movers, ...lifeOf(ports, stores, app, movers, state, accounts, Object.values(sparings)) }
}

/** What happens when the service starts and when it ends, in the order that loses nothing. */
function lifeOf(
  { config, clock }: AppPorts,
  stores: Stores,
  app: FastifyInstance,
  { channel, httpChannel, live, engine, metrics }: ReturnType<typeof createMovers>,
  state: { isOpen: boolean },
  accounts: { sweep(): Promise<void> },
  sparings: readonly Sparing[],
): Pick<Service, 'start' | 'reloadTls' | 'close'> {
  let stopChores = () => {}
  let https: HttpsPort | undefined
  return {
    async start() {
      await sweepOrphans(stores, app.log)
      await stores.deviceLists.sweep()
      await engine.start()
      stopChores = everyHour(clock, app.log, [
        () => sweepExpired(stores, clock),
        accounts.sweep,
        stores.deviceLists.sweep,
        createLogRetention(stores.archive, clock, {
          folder: join(config.dataDir, 'log-archive'),
          keepMonths: config.logKeepMonths,
        }),
      ])
      const devicePorts = await channel.listen()
      await app.listen({ host: config.host, port: config.port })
      https = await openHttps(app, config)
      state.isOpen = true
      const httpPort = (app.server.address() as AddressInfo).port
      return { httpPort, ...(https && { httpsPort: https.port }), ...devicePorts }
    },
    async reloadTls() {
      await Promise.all([channel.reloadTls(), https?.reload()])
    },
    async close() {
      state.isOpen = false
      stopChores()
      metrics.stop()
      await Promise.all([channel.close(), httpChannel.close()])
      await engine.stop()
      live.stop()
      await Promise.all([app.close(), https?.close()])
      for (const sparing of sparings) await sparing.flush()
    },
  }
}

/** With certificates the same routes stand on a second port; without, TLS ends at a proxy or nowhere. */
async function openHttps(app: FastifyInstance, { host, tls }: Config): Promise<HttpsPort | undefined> {
  if (!tls) return undefined
  const { httpsPort: port, clientCaFile } = tls
  const context = () => readContext(tls)
  return listenHttps(app, { host, port, context, asksForCertificate: clientCaFile !== undefined })
}
