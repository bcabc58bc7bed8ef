import { createChannel, type Channel, type ChannelConfig } from '#server/channel/index.ts'
import type { Topology } from '#server/ports-gateway.ts'
import type {
  Clock,
  DeviceCredentials,
  DeviceDirectory,
  DeviceIdentity,
  DeviceIntake,
  DeviceReport,
  DeviceSession,
  Logger,
  ReportReply,
} from '#server/ports.ts'
import { connectFields, openWire, type Wire } from './mqtt-wire.ts'

/*
 * The channel over real sockets, with an intake that only remembers what it was told. The rule under test is the
 * channel's; the engine has tests of its own.
 */

export const silentLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  onJump: () => () => undefined,
  at(at, task) {
    const timer = setTimeout(task, at - Date.now())
    return () => clearTimeout(timer)
  },
}

export type Seen =
  | { what: 'opened' | 'closed'; device: DeviceIdentity; session: DeviceSession }
  | { what: 'report'; device: DeviceIdentity; session: DeviceSession; report: DeviceReport }

/** Remembers everything in order, and lets a test wait for it. */
export function createMemoryIntake() {
  const seen: Seen[] = []
  const waiting: (() => void)[] = []
  const note = (what: Seen) => {
    seen.push(what)
    for (const wake of waiting.splice(0)) wake()
  }
  const memory = {
    seen,
    answer: (_device: DeviceIdentity, _report: DeviceReport): ReportReply | Promise<ReportReply> => ({
      code: 200,
      message: 'ok',
    }),
    reports: () => seen.flatMap((entry) => (entry.what === 'report' ? [entry.report] : [])),
    async until(matches: (entry: Seen) => boolean): Promise<Seen> {
      for (;;) {
        const found = seen.find(matches)
        if (found) return found
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
  }
  const intake: DeviceIntake = {
    async opened(device, session) {
      note({ what: 'opened', device, session })
    },
    async closed(device, session) {
      note({ what: 'closed', device, session })
    },
    async report(device, session, report) {
      note({ what: 'report', device, session, report })
      return memory.answer(device, report)
    },
  }
  return { ...memory, memory, intake }
}

export function deviceOf(deviceKey: string, changes: Partial<DeviceCredentials> = {}): DeviceCredentials {
  return {
    deviceId: `id-${deviceKey}`,
    orgId: 'org',
    productKey: 'pkAlpha1',
    deviceKey,
    deviceSecret: `secret-${deviceKey}`,
    secretGeneration: 1,
    productSecret: 'psSecret01',
    enabled: true,
    activated: true,
    dynamicActivation: false,
    tlsRequired: false,
    ...changes,
  }
}

export function createMemoryDirectory(devices: DeviceCredentials[]): DeviceDirectory {
  const byKeys = new Map(devices.map((device) => [`${device.productKey}/${device.deviceKey}`, device]))
  return {
    credentials: async (productKey, deviceKey) => {
      const device = byKeys.get(`${productKey}/${deviceKey}`)
      return device && { ...device }
    },
    activate: async (deviceId) => {
      const device = devices.find((candidate) => candidate.deviceId === deviceId)
      if (!device || device.activated) return false
      device.activated = true
      return true
    },
  }
}

export function createMemoryTopology(devices: DeviceCredentials[]): Topology {
  const gateways = new Map<string, string>()
  return {
    of: async (gatewayId) =>
      devices
        .filter(({ deviceId }) => gateways.get(deviceId) === gatewayId)
        .map(({ productKey, deviceKey }) => ({ productKey, deviceKey })),
    add: async (gatewayId, deviceId) => void gateways.set(deviceId, gatewayId),
    remove: async (gatewayId, deviceId) => {
      if (gateways.get(deviceId) === gatewayId) gateways.delete(deviceId)
    },
  }
}

export interface TestChannel extends ReturnType<typeof createMemoryIntake> {
  channel: Channel
  directory: DeviceDirectory
  devices: DeviceCredentials[]
  port: number
  /** 0 without TLS. */
  securePort: number
  /** A logged-in device. */
  device(deviceKey: string, changes?: object): Promise<Wire>
  wire(): Promise<Wire>
  stop(): Promise<void>
}

/** Starts a channel on a free port with devices `dev1` to `dev9` of product pkAlpha1, and `more`. */
export async function startChannel(
  more: DeviceCredentials[] = [],
  config: Partial<ChannelConfig> = {},
  clock: Clock = realClock,
  log: Logger = silentLog,
): Promise<TestChannel> {
  const devices = [...Array.from({ length: 9 }, (_, index) => deviceOf(`dev${index + 1}`)), ...more]
  const memory = createMemoryIntake()
  const directory = createMemoryDirectory(devices)
  const channel = createChannel({
    clock,
    log,
    directory,
    topology: createMemoryTopology(devices),
    intake: () => memory.intake,
    config: { host: '127.0.0.1', mqttPort: 0, allowWeakSign: false, ...config },
  })
  const { mqttPort, mqttsPort } = await channel.listen()
  const wires: Wire[] = []
  const wire = async () => {
    const opened = await openWire(mqttPort)
    wires.push(opened)
    return opened
  }
  return {
    ...memory,
    channel,
    directory,
    devices,
    port: mqttPort,
    securePort: mqttsPort ?? 0,
    wire,
    async device(deviceKey, changes = {}) {
      const opened = await wire()
      const known = devices.find((candidate) => candidate.deviceKey === deviceKey)
      if (!known) throw new Error(`No device ${deviceKey}`)
      const code = await opened.connect(connectFields(known, known.deviceSecret), changes)
      if (code !== 0) throw new Error(`${deviceKey} was refused with ${code}`)
      return opened
    },
    async stop() {
      for (const opened of wires) opened.drop()
      await channel.close()
    },
  }
}
