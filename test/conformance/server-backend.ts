import type { InjectOptions } from 'fastify'

import { PREVIEW_AT_ONCE } from '#mock-api/handlers/previews.ts'
import { createBox } from '#server/access/box.ts'
import { keepSecrets } from '#server/access/secrets.ts'
import { createDirectory } from '#server/db/directory.ts'
import type { DeviceIdentity, DeviceSession } from '#server/ports.ts'

import type { DatabaseName } from '../server/support/databases.ts'
import { emailOf, PASSWORD, startHarness, type Harness } from '../server/harness.ts'
import { answerOf, type Backend, type Message, type Who } from './backend.ts'
import { listeningTo } from './sse.ts'

/** Longer than events are gathered before they are told. */
const TOLD_MS = 500

interface Running {
  harness: Harness
  port: number
  sessions: Map<string, DeviceSession>
}

/** The whole service, as in production, with devices that stand at the engine's door. */
export function createServerBackend(database: DatabaseName): Backend {
  let running: Running | undefined
  const now = (): Running => {
    if (!running) throw new Error('The service is not running')
    return running
  }

  const settled = async (): Promise<void> => {
    const { service, clock } = now().harness
    await service.engine.idle()
    await clock.advance(TOLD_MS)
    await service.live.idle()
  }

  return {
    name: `server on ${database}`,
    password: PASSWORD,
    emailOf,
    async open() {
      const harness = await startHarness({ database, previewAtOnce: PREVIEW_AT_ONCE })
      running = { harness, port: (await harness.service.start()).httpPort, sessions: new Map() }
    },
    async close() {
      await running?.harness.close()
      running = undefined
    },
    send: async (who, message) => answerOf(await injected(now().harness, who, message)),
    async informs(deviceId, version, stays) {
      const { harness, sessions } = now()
      const { intake } = harness.service.engine
      const device = await identityOf(harness, deviceId)
      await activated(harness, deviceId)
      const session = { id: `session ${sessions.size} ${version}`, startedAt: harness.clock.now() }
      sessions.set(deviceId, session)
      await intake.opened(device, session)
      await intake.report(device, session, { kind: 'inform', version })
      if (!stays) await intake.closed(device, session)
      await settled()
    },
    async progresses(deviceId, step) {
      const { harness, sessions } = now()
      const session = sessions.get(deviceId)
      if (!session) throw new Error('A device without a session reports nothing')
      const report = { kind: 'progress', step, text: '' } as const
      await harness.service.engine.intake.report(await identityOf(harness, deviceId), session, report)
      await settled()
    },
    settled,
    async listen(who, path, headers) {
      const { harness, port } = now()
      const cookie = await harness.cookieOf(who)
      return listeningTo(await fetch(`http://127.0.0.1:${port}${path}`, { headers: { ...headers, cookie } }))
    },
  }
}

async function injected(
  harness: Harness,
  who: Who | null,
  { method, path, headers, body }: Message,
): Promise<Response> {
  const request: InjectOptions = {
    method: method as 'GET',
    url: path,
    ...(headers && { headers }),
    ...(body !== undefined && { payload: typeof body === 'string' ? body : Buffer.from(body) }),
  }
  const { statusCode, rawPayload, headers: given } = await harness.send(who, request)
  const plain = Object.entries(given).map(([name, value]): [string, string] => [name, String(value)])
  const isEmpty = statusCode === 204 || rawPayload.length === 0
  return new Response(isEmpty ? null : new Uint8Array(rawPayload), { status: statusCode, headers: plain })
}

async function identityOf({ db }: Harness, deviceId: string): Promise<DeviceIdentity> {
  const row = await db.read.selectFrom('devices').selectAll().where('id', '=', deviceId).executeTakeFirstOrThrow()
  return { deviceId, orgId: row.org_id, productKey: row.product_key, deviceKey: row.device_key }
}

/** What a device's first login with its own secret does, before the engine hears of it. */
async function activated({ db, clock, config }: Harness, deviceId: string): Promise<void> {
  const { dataKey } = await keepSecrets(config.dataDir, config)
  await createDirectory(db, clock, createBox(dataKey)).activate(deviceId, { address: '', isTold: false })
}
