import { formatCombine } from '#contract/device/gateway.ts'
import { formatUpgrade } from '#contract/device/ota.ts'
import { otaTopic } from '#contract/device/topics.ts'
import type { GatewayNews, Topology } from '#server/ports-gateway.ts'
import type { Clock, DeviceDirectory, DeviceDoor, DeviceIntake, Logger } from '#server/ports.ts'
import { commandId } from './activation.ts'
import { startBroker, type Broker } from './broker.ts'
import type { ChannelConfig } from './config.ts'
import { createCounters, type Counters } from './counters.ts'
import { createDoorkeeper } from './doorkeeper.ts'
import { createInbox } from './inbox.ts'
import { openListener, plainServer, type Listener } from './listener.ts'
import { createLogins, type Logins } from './logins.ts'
import { createRefusalLog } from './refusal-log.ts'
import { secureServer, type SecureServer } from './tls.ts'

export type { ChannelConfig } from './config.ts'

export interface ChannelDeps {
  clock: Clock
  log: Logger
  directory: DeviceDirectory
  topology: Topology
  /** A function, because the intake needs the door and the door comes from here. */
  intake: () => DeviceIntake
  config: ChannelConfig
}

export interface Channel {
  door: DeviceDoor
  gateways: GatewayNews
  /** Opens the ports; with TLS there are two. @throws when one is taken or a certificate cannot be read */
  listen(): Promise<{ mqttPort: number; mqttsPort?: number }>
  /**
   * Takes certificates and the list of those revoked as the files are now. Devices that showed a certificate come back
   * and are judged by it. @throws when the files cannot be used: the old ones go on
   */
  reloadTls(): Promise<void>
  /** Ends every session, and resolves when each end is recorded. */
  close(): Promise<void>
  /** What was let in and what was refused, by name. */
  counts(): Record<string, number>
}

const doorTo = (logins: Logins, counters: Counters): DeviceDoor => ({
  push(device, command) {
    const login = logins.find(device.deviceId)
    if (!login) return false
    login.command(otaTopic(login.device, 'upgrade'), formatUpgrade(command.id, command.offer))
    counters.count('command_handed')
    return true
  },
  close: (deviceId, why) => logins.dismiss(deviceId, why),
  sessions: () => logins.count(),
})

const newsFor = (logins: Logins): GatewayNews => ({
  tell(gatewayId, what, device) {
    const gateway = logins.find(gatewayId)
    if (!gateway) return
    const { topic, payload } = formatCombine(commandId(), gateway.device, what, [device])
    gateway.command(topic, payload)
  },
})

/** The devices' way in. Nothing is open before `listen`. */
export function createChannel({ clock, log, directory, topology, intake, config }: ChannelDeps): Channel {
  const counters = createCounters()
  const logins = createLogins(intake, log)
  // the doorkeeper has a share of the log for itself
  const tellRefusal = createRefusalLog(log, clock)
  const inbox = createInbox({ intake, counters, tellRefusal, tellMistake: createRefusalLog(log, clock) })
  let broker: Broker | undefined
  let secure: SecureServer | undefined
  const listeners: Listener[] = []

  return {
    door: doorTo(logins, counters),
    gateways: newsFor(logins),
    counts: counters.snapshot,
    async listen() {
      const { host, mqttPort, tls } = config
      const doorkeeper = createDoorkeeper(clock, counters, createRefusalLog(log, clock), config.strangersPerAddress)
      const started = await startBroker({
        clock,
        log,
        directory,
        topology,
        config,
        counters,
        doorkeeper,
        tellRefusal,
        logins,
        inbox,
      })
      broker = started
      const plain = await openListener(plainServer(started.accept), { host, port: mqttPort, doorkeeper, log })
      listeners.push(plain)
      if (!tls) return { mqttPort: plain.port }
      secure = await secureServer(tls, counters, started.accept)
      const encrypted = await openListener(secure.server, { host, port: tls.mqttsPort, doorkeeper, log })
      listeners.push(encrypted)
      return { mqttPort: plain.port, mqttsPort: encrypted.port }
    },
    async reloadTls() {
      await secure?.reload()
      broker?.dropCertified()
    },
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()))
      await broker?.close()
      await logins.settled()
    },
  }
}
