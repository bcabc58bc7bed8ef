import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'

import type { FastifyInstance } from 'fastify'

import { createDownloadLinks } from '#server/access/links.ts'
import type { HttpLimits } from '#server/channel/http/limits.ts'
import { createHttpChannel, type HttpChannel } from '#server/channel/http/index.ts'
import { stoppedClock, type MovableClock } from '#server/clock.ts'
import { loggerOptions } from '#server/http/logging.ts'
import { createBandwidth, type Bandwidth } from '#server/http/bandwidth.ts'
import { createServer } from '#server/http/server.ts'
import type { DeviceCredentials, DownloadDecision, DownloadGrant, FileStore, UpgradeCommand } from '#server/ports.ts'
import { downloadRoute } from '#server/routes/device/download.ts'
import type { BodyTerms } from '#server/routes/device/http-body.ts'
import { deviceFileRoutes } from '#server/routes/device/http-files.ts'
import { deviceMessageRoutes } from '#server/routes/device/http-messages.ts'

import { createMemoryDirectory, createMemoryIntake, deviceOf, silentLog } from './channel.ts'
import { authBody, authenticate, publish, sessionOf, type WireAnswer } from './http-wire.ts'

/*
 * The HTTP integration over real sockets, with an intake that only remembers what it was told and one file.
 */

export const START = Date.UTC(2026, 0, 5, 1, 0, 0)
export const FIRMWARE = '0190aaaa-0000-7000-8000-000000000001'
const JOB = '0190aaaa-0000-7000-8000-000000000002'
export const FILE = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7 + (index >> 8)) % 256))
export const SHA256 = createHash('sha256').update(FILE).digest('hex')

/** Device ids are UUIDs, as links pack them. */
export const idOf = (index: number): string => `0190bbbb-0000-7000-8000-${String(index).padStart(12, '0')}`

export interface DeviceHttpOptions {
  devices?: DeviceCredentials[]
  limits?: Partial<HttpLimits>
  body?: Partial<BodyTerms>
  trustProxy?: boolean
  asksForCertificate?: boolean
  bandwidth?: { bytesPerSecond?: number; stuckMs?: number }
  /** What downloads send instead of the one file. */
  read?: FileStore['read']
}

type Changes = NonNullable<Parameters<typeof authBody>[2]>

export interface TestDeviceHttp extends ReturnType<typeof createMemoryIntake> {
  app: FastifyInstance
  channel: HttpChannel
  clock: MovableClock
  devices: DeviceCredentials[]
  port: number
  bandwidth: Bandwidth
  /** What a download is answered; by default the one file. */
  decision: { now: DownloadDecision }
  /** Whether upgrades still stand when they are handed over. */
  standing: { now: boolean }
  /** A link token for the one file. */
  grant(device: number, changes?: Partial<DownloadGrant>): string
  linkOf(device: number, changes?: Partial<DownloadGrant>): string
  /** A session of `dev<index>`, opened as the SDK does it. */
  session(index: number, changes?: Changes): Promise<string>
  auth(index: number, changes?: Changes): Promise<WireAnswer>
  inform(sessionId: string, index?: number, version?: unknown): Promise<WireAnswer>
  push(index: number, command?: Partial<UpgradeCommand>): boolean
  stop(): Promise<void>
}

export const keysOf = (index: number) => ({ productKey: 'pkAlpha1', deviceKey: `dev${index}` })
export const topicOf = (index: number, part: string) => `/sys/pkAlpha1/dev${index}/ota/device/${part}`

export const upgradeTo = (version: string, id = '7b0d8b9e-5a51-4c11-9d2e-000000000001'): UpgradeCommand => ({
  id,
  offer: { version, signMethod: 'sha256', sign: SHA256, fileUrl: 'https://ota.example/files/x/y', fileSize: 1_000 },
})

async function listen(
  channel: HttpChannel,
  t: Pick<TestDeviceHttp, 'decision' | 'bandwidth'>,
  options: DeviceHttpOptions,
) {
  const app = await createServer({
    publicUrl: 'https://ota.test',
    trustProxy: options.trustProxy ?? false,
    callsPerMinute: 5,
    log: loggerOptions('silent'),
    contact: 'GovTech',
    cookieName: 'session',
    identities: { person: async () => undefined, org: async () => undefined },
    refused: async () => undefined,
    idempotency: {
      reserve: async () => ({ kind: 'fresh' }),
      answered: async () => undefined,
      failed: async () => undefined,
    },
  })
  const links = createDownloadLinks('https://ota.test', 'a secret of this deployment, long enough')
  const deps = {
    links,
    downloads: { decide: async (grant: DownloadGrant | undefined) => (grant ? t.decision.now : FORGED) },
    files: {
      adopt: async () => true,
      remove: async () => undefined,
      exists: async () => true,
      read: options.read ?? ((_id, range) => Readable.from([range ? FILE.subarray(range.start, range.end + 1) : FILE])),
    } satisfies FileStore,
    bandwidth: t.bandwidth,
    device: channel,
    refusedDownload: async () => undefined,
  }
  await deviceMessageRoutes(app, channel, options.body)
  downloadRoute(app, deps)
  deviceFileRoutes(app, deps)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, links, port: (app.server.address() as AddressInfo).port }
}

const FORGED: DownloadDecision = { ok: false, reason: 'forged' }

/** Starts the integration on a free port with devices `dev1` to `dev5` of product pkAlpha1, and `more`. */
export async function startDeviceHttp(options: DeviceHttpOptions = {}): Promise<TestDeviceHttp> {
  const own = Array.from({ length: 5 }, (_, index) => deviceOf(`dev${index + 1}`, { deviceId: idOf(index + 1) }))
  const devices = [...own, ...(options.devices ?? [])]
  const memory = createMemoryIntake()
  const clock = stoppedClock(START)
  const standing = { now: true }
  const decision: TestDeviceHttp['decision'] = {
    now: { ok: true, sizeBytes: FILE.length, sha256: SHA256, fileName: 'meter 2.0.bin', ...keysOf(1) },
  }
  const channel = createHttpChannel({
    clock,
    log: silentLog,
    directory: createMemoryDirectory(devices),
    intake: () => memory.intake,
    secret: 'a secret of this deployment, long enough',
    isStanding: async () => standing.now,
    asksForCertificate: options.asksForCertificate,
    limits: { pushWaitMs: 5, ...options.limits },
  })
  const { bytesPerSecond = 0, stuckMs } = options.bandwidth ?? {}
  const bandwidth = createBandwidth(bytesPerSecond, clock, stuckMs)
  const { app, links, port } = await listen(channel, { decision, bandwidth }, options)
  const deviceAt = (index: number) => devices.find(({ deviceKey }) => deviceKey === `dev${index}`)!
  const linkOf: TestDeviceHttp['linkOf'] = (index, changes = {}) =>
    links.make({
      firmwareId: FIRMWARE,
      jobId: JOB,
      deviceId: idOf(index),
      attempt: 1,
      expiresAt: START + 3_600_000,
      ...changes,
    })
  const auth: TestDeviceHttp['auth'] = (index, changes) =>
    authenticate(port, keysOf(index), authBody(keysOf(index), deviceAt(index).deviceSecret, changes))
  return {
    ...memory,
    app,
    channel,
    clock,
    devices,
    port,
    bandwidth,
    decision,
    standing,
    linkOf,
    auth,
    grant: (index, changes) => linkOf(index, changes).split('/').at(-1) ?? '',
    session: async (index, changes) => sessionOf(await auth(index, changes)),
    inform: (sessionId, index = 1, version = '1.4.0') =>
      publish(port, sessionId, topicOf(index, 'inform'), {
        id: '17',
        version: '1.1',
        params: { version },
        method: 'ota.device.inform',
      }),
    push: (index, changes = {}) =>
      channel.door.push(
        { deviceId: idOf(index), orgId: 'org', ...keysOf(index) },
        { ...upgradeTo('1.5.0'), ...changes },
      ),
    async stop() {
      await app.close()
      await channel.close()
    },
  }
}
