import { Code, type Reading } from '#contract/device/codes.ts'
import { formatAnswer, readRequest } from '#contract/device/envelope.ts'
import { readSubDeviceLogins, readSubDevices, type SubDeviceLogin } from '#contract/device/gateway.ts'
import type { DeviceKeys, Topic } from '#contract/device/topics.ts'
import type { DeviceCredentials } from '#server/ports.ts'
import { limits } from './config.ts'
import type { Answer } from './inbox.ts'
import type { Login } from './logins.ts'
import { createSubDevices, type GatewayDeps } from './sub-devices.ts'

/** What a connection can do for devices behind it. */
export interface Gateway {
  /** Undefined for a topic that is none of a gateway's own. @throws when nothing could be kept */
  handle(topic: Topic, payload: Uint8Array): Promise<Answer> | undefined
  /** The login of a device behind this gateway. */
  find(keys: DeviceKeys): Login | undefined
  /** The connection is gone, and with it every device behind it. */
  close(): void
}

const TOPICS = [
  'session combine/login',
  'session combine/login/batch',
  'session combine/logout',
  'sys thing/topo/get',
  'sys thing/topo/add',
  'sys thing/topo/delete',
] as const

const isOneOf = (name: string): name is (typeof TOPICS)[number] => TOPICS.some((topic) => topic === name)

/** Whether only a gateway has this topic: most connections never need what serves one. */
export const isGatewayTopic = ({ space, path }: Topic): boolean => isOneOf(`${space} ${path}`)

type Handler = (payload: Uint8Array) => Promise<Answer>

const keysOf = ({ productKey, deviceKey }: DeviceKeys): DeviceKeys => ({ productKey, deviceKey })
const told = (device: DeviceCredentials) => ({ assetId: device.deviceId, ...keysOf(device) })
const reply = (id: string, code: number, message: string, data: object = {}): Answer => ({
  code,
  payload: formatAnswer(id, code, message, data),
})

/** Reads, and answers what cannot be read. */
const reads =
  <T>(
    read: (payload: Uint8Array, maxBytes: number) => Reading<T>,
    take: (id: string, value: T) => Promise<Answer>,
  ): Handler =>
  async (payload) => {
    const reading = read(payload, limits.messageBytes)
    return reading.ok ? take(reading.id, reading.value) : reply(reading.id, reading.code, reading.message)
  }

/** Reads what gateways say for the devices behind them, section 5 of the protocol, and words the answers. */
export function createGateway(own: Login, secure: boolean, deps: GatewayDeps): Gateway {
  const subDevices = createSubDevices(own, secure, deps)
  const { deviceId } = own.device

  const login = reads(readSubDeviceLogins, async (id, [asked]) => {
    const found = asked && (await subDevices.logIn(asked))
    return found ? reply(id, Code.ok, 'ok', told(found)) : reply(id, Code.authFailed, 'The sub-device is not let in')
  })

  const loginBatch = reads(readSubDeviceLogins, async (id, all) => {
    const results: { asked: SubDeviceLogin; found: DeviceCredentials | undefined }[] = []
    // one after the other: a batch is not to crowd out the logins of others
    for (const asked of all) results.push({ asked, found: await subDevices.logIn(asked) })
    const loginedSubDevices = results.flatMap(({ found }) => (found ? [told(found)] : []))
    const failedSubDevices = results.flatMap(({ asked, found }) => (found ? [] : [keysOf(asked)]))
    const code = loginedSubDevices.length > 0 ? Code.ok : Code.authFailed
    return reply(id, code, `${failedSubDevices.length} not let in`, { loginedSubDevices, failedSubDevices })
  })

  const logout = reads(readSubDevices, async (id, all) => {
    const wereHere = all.map((keys) => subDevices.logOut(keys))
    // named, since the Node.js SDK forgets the one that is named and logs every other in again when it reconnects
    return wereHere.every(Boolean)
      ? reply(id, Code.ok, 'ok', all.length === 1 ? all[0] : all)
      : reply(id, Code.notPermitted, 'The device is not logged in here')
  })

  const addToTopology = reads(readSubDeviceLogins, async (id, all) => {
    const found = (await Promise.all(all.map(subDevices.judge))).filter((device) => device !== undefined)
    if (found.length < all.length) return reply(id, Code.authFailed, 'A sub-device is not accepted; none was added')
    for (const device of found) await deps.topology.add(deviceId, device.deviceId)
    return reply(id, Code.ok, 'ok')
  })

  const removeFromTopology = reads(readSubDevices, async (id, all) => {
    for (const keys of all) {
      const device = await deps.directory.credentials(keys.productKey, keys.deviceKey)
      if (device) await deps.topology.remove(deviceId, device.deviceId)
      subDevices.logOut(keys)
    }
    return reply(id, Code.ok, 'ok')
  })

  const listTopology = reads(readRequest, async (id) => reply(id, Code.ok, 'ok', await deps.topology.of(deviceId)))

  const handlers: Record<(typeof TOPICS)[number], Handler> = {
    'session combine/login': login,
    'session combine/login/batch': loginBatch,
    'session combine/logout': logout,
    'sys thing/topo/get': listTopology,
    'sys thing/topo/add': addToTopology,
    'sys thing/topo/delete': removeFromTopology,
  }

  return {
    handle(topic, payload) {
      const isOwn = topic.productKey === own.device.productKey && topic.deviceKey === own.device.deviceKey
      const name = `${topic.space} ${topic.path}`
      return isOwn && isOneOf(name) ? handlers[name](payload) : undefined
    },
    find: subDevices.find,
    close: subDevices.close,
  }
}
