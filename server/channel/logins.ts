import type { DeviceIdentity, DeviceIntake, DeviceSession, Logger } from '#server/ports.ts'

/** One login of one device, whatever carries it: its own connection, a gateway's, or an HTTP session. */
export interface Login {
  readonly device: DeviceIdentity
  readonly session: DeviceSession
  /** Hands a command to the device; what carries the login decides when it goes out. */
  command(topic: string, payload: string): void
  /** Ends what carries it. */
  end(why: string): void
}

/** A login that is being judged. */
export interface Attempt {
  /** Whether the device was dismissed meanwhile: it was disabled, or its secret was changed. */
  isSpoiled(deviceId: string): boolean
  end(): void
}

export interface Logins {
  /** Registers the login in place of an older one, which is ended; resolves once presence is durable. */
  open(login: Login): Promise<void>
  /** Takes the login out; a newer one of the same device stays. Never throws. */
  close(login: Login): void
  find(deviceId: string): Login | undefined
  /** Ends the device's login, and those that are being judged by what no longer holds. */
  dismiss(deviceId: string, why: string): void
  /** To be taken before the device is looked up, and ended when its login is registered or refused. */
  attempt(): Attempt
  count(): number
  /** Resolves when every close so far has been recorded. */
  settled(): Promise<void>
}

/** Who is connected here. The only place that knows, because aedes forgets a newcomer when the older one leaves late. */
export function createLogins(intake: () => DeviceIntake, log: Logger): Logins {
  const current = new Map<string, Login>()
  const opening = new WeakMap<Login, Promise<void>>()
  const closing = new Set<Promise<void>>()
  const attempts = new Set<{ spoiled: Set<string> }>()

  const announce = async (login: Login): Promise<void> => intake().opened(login.device, login.session)

  const record = async (login: Login): Promise<void> => {
    try {
      await opening.get(login)?.catch(() => undefined)
      await intake().closed(login.device, login.session)
    } catch (error) {
      log.error({ err: error, deviceId: login.device.deviceId }, 'The end of a session could not be recorded')
    }
  }

  return {
    open(login) {
      const older = current.get(login.device.deviceId)
      current.set(login.device.deviceId, login)
      older?.end('takenOver')
      const opened = announce(login)
      opening.set(login, opened)
      return opened
    },
    close(login) {
      if (current.get(login.device.deviceId) === login) current.delete(login.device.deviceId)
      const recorded = record(login)
      closing.add(recorded)
      void recorded.finally(() => closing.delete(recorded))
    },
    find: (deviceId) => current.get(deviceId),
    dismiss(deviceId, why) {
      for (const { spoiled } of attempts) spoiled.add(deviceId)
      current.get(deviceId)?.end(why)
    },
    attempt() {
      const attempt = { spoiled: new Set<string>() }
      attempts.add(attempt)
      return { isSpoiled: (deviceId) => attempt.spoiled.has(deviceId), end: () => attempts.delete(attempt) }
    },
    count: () => current.size,
    async settled() {
      await Promise.all(closing)
    },
  }
}
