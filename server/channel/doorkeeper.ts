import type { Socket } from 'node:net'

import type { Clock } from '#server/ports.ts'
import { createBuckets } from './bucket.ts'
import { limits, rates } from './config.ts'
import type { Counters } from './counters.ts'
import { shortName, type RefusalLog } from './refusal-log.ts'

/** Keeps those who knock too often from the others' door. */
export interface Doorkeeper {
  /** False when too many connections of this address are open that have not logged in. */
  arrives(socket: Socket): boolean
  /** The connection has logged in: it is no longer a stranger's. */
  known(socket: Socket): void
  /** Whether this device, whose signature was right, may log in again already. */
  mayLogIn(deviceId: string): boolean
  /** Counts a refusal, and writes a line unless there were very many. */
  refused(reason: string, fields: { device: string; address: string }): void
}

export function createDoorkeeper(
  clock: Clock,
  counters: Counters,
  tellRefusal: RefusalLog,
  strangersPerAddress: number = limits.strangersPerAddress,
): Doorkeeper {
  /** Address to the ports of its connections; a TLS socket has the same ones as the socket under it. */
  const strangers = new Map<string, Set<number>>()
  const logins = createBuckets(rates.logins, clock)

  const forget = (address: string, port: number) => {
    const ports = strangers.get(address)
    ports?.delete(port)
    if (ports?.size === 0) strangers.delete(address)
  }

  return {
    arrives(socket) {
      const { remoteAddress: address = '', remotePort: port = 0 } = socket
      const ports = strangers.get(address) ?? new Set()
      if (ports.size >= strangersPerAddress) {
        counters.count('connection_ended_tooManyStrangers')
        return false
      }
      strangers.set(address, ports.add(port))
      socket.once('close', () => forget(address, port))
      return true
    },
    known: ({ remoteAddress = '', remotePort = 0 }) => forget(remoteAddress, remotePort),
    mayLogIn: (deviceId) => logins.take(deviceId),
    refused(reason, { device, address }) {
      counters.count(`login_refused_${reason}`)
      tellRefusal('Refused a device', { device: shortName(device), address, reason })
    },
  }
}
