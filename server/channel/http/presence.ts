import type { Clock, DeviceIdentity, DeviceIntake, DeviceSession, Logger } from '#server/ports.ts'

/** A sign of life of a device: whose session it was, and until when (epoch milliseconds) it counts. */
export interface Sign {
  device: DeviceIdentity
  session: DeviceSession
  until: number
  takesUpgrades: boolean
}

/** Which devices are here by HTTP. Nothing is polled: each lapses by a timer that its next use moves on. */
export interface Presence {
  /** A session has begun, in place of what was there of this device; resolves once that is durable. */
  begin(sign: Sign): Promise<void>
  /** A session was used. One that had lapsed, or began in another process, is taken in again. */
  use(sign: Sign): Promise<void>
  /** When the device was last taken in again, epoch milliseconds: what waited for it before that is not here. */
  resumedAt(deviceId: string): number | undefined
  /** The device is here, and its newest session takes upgrades. */
  takesUpgrades(deviceId: string): boolean
  /** When the session was last used, where that is remembered; epoch milliseconds. */
  lastUse(deviceId: string, sessionId: string): number | undefined
  end(deviceId: string): void
  count(): number
  /** The intake for connections of another kind, which go before: a device that has one is not here. */
  beside(intake: DeviceIntake): DeviceIntake
  /** Ends all; resolves when that is recorded. */
  close(): Promise<void>
}

export interface PresenceTerms {
  clock: Clock
  log: Logger
  intake: () => DeviceIntake
  /** Uses that are remembered of one device. */
  sessions: number
  /** The device is no longer here. */
  gone(deviceId: string): void
}

interface Here extends Sign {
  resumedAt: number | undefined
  opened: Promise<void>
  uses: Map<string, number>
  cancel(): void
}

export function createPresence({ clock, log, intake, sessions, gone }: PresenceTerms): Presence {
  const here = new Map<string, Here>()
  /** Device to the session of its other connection. */
  const elsewhere = new Map<string, string>()
  const closing = new Set<Promise<void>>()

  const forget = (entry: Here) => {
    entry.cancel()
    here.delete(entry.device.deviceId)
    gone(entry.device.deviceId)
  }

  const record = async ({ opened, device, session }: Here): Promise<void> => {
    try {
      await opened.catch(() => undefined)
      await intake().closed(device, session)
    } catch (error) {
      log.error({ err: error, deviceId: device.deviceId }, 'The end of an HTTP session could not be recorded')
    }
  }

  const lapse = (entry: Here) => {
    forget(entry)
    const recorded = record(entry)
    closing.add(recorded)
    void recorded.finally(() => closing.delete(recorded))
  }

  const arm = (entry: Here) => {
    entry.cancel = clock.at(entry.until, () => (clock.now() < entry.until ? arm(entry) : lapse(entry)))
  }

  const note = ({ uses }: Here, sessionId: string) => {
    uses.delete(sessionId)
    uses.set(sessionId, clock.now())
    for (const oldest of uses.keys()) {
      if (uses.size <= sessions) break
      uses.delete(oldest)
    }
  }

  const enter = async (sign: Sign, resumedAt?: number): Promise<void> => {
    const { deviceId } = sign.device
    if (elsewhere.has(deviceId)) return
    const older = here.get(deviceId)
    older?.cancel()
    const opened = intake().opened(sign.device, sign.session)
    const until = Math.max(sign.until, older?.until ?? 0)
    const entry: Here = {
      ...sign,
      resumedAt: resumedAt ?? older?.resumedAt,
      until,
      opened,
      uses: older?.uses ?? new Map(),
      cancel: () => undefined,
    }
    here.set(deviceId, entry)
    note(entry, sign.session.id)
    arm(entry)
    try {
      await opened
    } catch (error) {
      // what is not recorded is not there: the next use tries again
      if (here.get(deviceId) === entry) forget(entry)
      throw error
    }
  }

  return {
    begin: (sign) => enter(sign),
    async use(sign) {
      const entry = here.get(sign.device.deviceId)
      if (!entry) return enter(sign, clock.now())
      entry.until = Math.max(entry.until, sign.until)
      note(entry, sign.session.id)
      return entry.opened
    },
    takesUpgrades: (deviceId) => here.get(deviceId)?.takesUpgrades ?? false,
    resumedAt: (deviceId) => here.get(deviceId)?.resumedAt,
    lastUse: (deviceId, sessionId) => here.get(deviceId)?.uses.get(sessionId),
    end(deviceId) {
      const entry = here.get(deviceId)
      if (entry) lapse(entry)
    },
    count: () => here.size,
    beside: (other) => ({
      report: (device, session, report) => other.report(device, session, report),
      opened(device, session) {
        elsewhere.set(device.deviceId, session.id)
        const entry = here.get(device.deviceId)
        if (entry) forget(entry)
        return other.opened(device, session)
      },
      closed(device, session) {
        if (elsewhere.get(device.deviceId) === session.id) elsewhere.delete(device.deviceId)
        return other.closed(device, session)
      },
    }),
    async close() {
      for (const entry of here.values()) lapse(entry)
      await Promise.all(closing)
    },
  }
}
