import { formatUpgrade } from '#contract/device/ota.ts'
import { otaTopic } from '#contract/device/topics.ts'
import type { Topology } from '#server/ports-gateway.ts'
import type { Clock, DeviceDirectory, DeviceDoor, DeviceIntake, Logger } from '#server/ports.ts'
import { startBroker, type Broker } from './broker.ts'
import type { ChannelConfig } from './config.ts'
import { createCounters } from './counters.ts'
import { createDoorkeeper } from './doorkeeper.ts'
import { createInbox } from './inbox.ts'
import { createListener, type Listener } from './listener.ts'
import { createLogins, type Logins } from './logins.ts'

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
  /** Opens the ports. */
  listen(): Promise<{ mqttPort: number }>
  /** Ends every session, and resolves when each end is recorded. */
  close(): Promise<void>
  /** What was let in and what was refused, by name. */
  counts(): Record<string, number>
}

const doorTo = (logins: Logins): DeviceDoor => ({
  push(device, command) {
    const login = logins.find(device.deviceId)
    login?.command(otaTopic(login.device, 'upgrade'), formatUpgrade(command.id, command.offer))
    return login !== undefined
  },
  close: (deviceId, why) => logins.dismiss(deviceId, why),
  sessions: () => logins.count(),
})

/** The devices' way in. Nothing is open before `listen`. */
export function createChannel({ clock, log, directory, topology, intake, config }: ChannelDeps): Channel {
  const counters = createCounters()
  const logins = createLogins(intake, log)
  const inbox = createInbox(intake, counters, log)
  let broker: Broker | undefined
  let plain: Listener | undefined

  return {
    door: doorTo(logins),
    counts: counters.snapshot,
    async listen() {
      const doorkeeper = createDoorkeeper(clock, counters, log, config.strangersPerAddress)
      const started = await startBroker({
        clock,
        log,
        directory,
        topology,
        config,
        counters,
        doorkeeper,
        logins,
        inbox,
      })
      broker = started
      plain = await createListener(config.host, config.mqttPort, (socket) => started.accept(socket, false), log)
      return { mqttPort: plain.port }
    },
    async close() {
      await plain?.close()
      await broker?.close()
      await logins.settled()
    },
  }
}
