import { Code } from '#contract/device/codes.ts'
import { toHeaderJson } from '#contract/device/http.ts'
import { formatUpgrade } from '#contract/device/ota.ts'
import { otaTopic } from '#contract/device/topics.ts'
import type { DeviceAnswer, DeviceHttp } from '#server/ports-device-http.ts'
import {
  ProblemError,
  type Clock,
  type DeviceDoor,
  type DeviceIdentity,
  type DeviceIntake,
  type Logger,
  type UpgradeCommand,
} from '#server/ports.ts'
import { createCounters } from '../counters.ts'
import { createInbox } from '../inbox.ts'
import { createRefusalLog } from '../refusal-log.ts'
import { createCommands } from './commands.ts'
import { isAnother, type DoorTerms } from './judge.ts'
import { httpLimits, type HttpLimits } from './limits.ts'
import { createPresence } from './presence.ts'
import { createSessions } from './sessions.ts'

export interface HttpChannelDeps extends DoorTerms {
  clock: Clock
  log: Logger
  /** A function, because the intake needs the door and the door comes from here. */
  intake: () => DeviceIntake
  /** Signs the session ids; every process of a deployment has the same. */
  secret: string
  /** Whether the task behind a command still waits for it: nobody is told to begin what was cancelled meanwhile. */
  isStanding(command: UpgradeCommand): Promise<boolean>
  limits?: Partial<HttpLimits>
}

export interface HttpChannel extends DeviceHttp {
  door: DeviceDoor
  /** The intake for MQTT, which goes before HTTP where a device uses both. */
  beside(intake: DeviceIntake): DeviceIntake
  /** Records that nobody is here any more. Session ids stay good for the next process. */
  close(): Promise<void>
  /** What was let in and what was refused, by name. */
  counts(): Record<string, number>
}

/** The devices' way in over HTTP: sessions, messages, and pushes that wait for the next answer. */
export function createHttpChannel(deps: HttpChannelDeps): HttpChannel {
  const { clock, log, intake } = deps
  const limits = { ...httpLimits, ...deps.limits }
  const counters = createCounters()
  const commands = createCommands()
  const presence = createPresence({ clock, log, intake, sessions: limits.sessions, gone: commands.drop })
  // each has its own share of the log: who is refused at the door does not hide who reaches for others' topics
  const refusalLog = () => createRefusalLog(log, clock)
  const sessions = createSessions({ ...deps, limits, counters, presence, tellRefusal: refusalLog() })
  const inbox = createInbox({ intake, counters, tellRefusal: refusalLog(), tellMistake: refusalLog() })

  /** The command that waits for this device, in the shape in which it rides. */
  async function commandFor(device: DeviceIdentity, sessionId: string): Promise<DeviceAnswer['command']> {
    const command = commands.take(device.deviceId, sessionId)
    if (!command) return undefined
    if (!(await deps.isStanding(command))) {
      counters.count('http_command_withdrawn')
      return undefined
    }
    counters.count('http_command_handed')
    return { topic: otaTopic(device, 'upgrade'), payload: toHeaderJson(formatUpgrade(command.id, command.offer)) }
  }

  const door: DeviceDoor = {
    push({ deviceId }, command) {
      const isHere = presence.takesUpgrades(deviceId)
      if (isHere) commands.put(deviceId, command)
      return isHere
    },
    close: (deviceId) => sessions.end(deviceId),
    sessions: () => presence.count(),
  }

  let isOpen = true
  /** What comes while the service ends could not be kept. */
  const mustBeOpen = () => {
    if (!isOpen) throw new ProblemError({ status: 503, code: 'ending', title: 'The service is ending. Try again.' })
  }

  return {
    door,
    beside: presence.beside,
    close() {
      isOpen = false
      return presence.close()
    },
    counts: counters.snapshot,
    isAnother,
    async authenticate(keys, body, origin) {
      mustBeOpen()
      const opened = await sessions.open(keys, body, origin)
      if (!opened.ok) return opened.answer
      const { device, claims, answer } = opened
      return claims.takesUpgrades ? { ...answer, command: await commandFor(device, claims.sessionId) } : answer
    },
    async receive(id, topic, body, origin) {
      mustBeOpen()
      const found = await sessions.find(id, origin)
      if (!found.ok) return found.answer
      const { device, session, claims } = found
      const loginOf: Parameters<typeof inbox.answer>[0]['loginOf'] = ({ productKey, deviceKey }) =>
        productKey === device.productKey && deviceKey === device.deviceKey ? { device, session } : undefined
      const { code, payload } = await inbox.answer(
        { name: `${device.productKey}/${device.deviceKey}`, loginOf },
        topic,
        body,
      )
      if (!claims.takesUpgrades) return { code, body: payload }
      // a device that wakes, informs and sleeps would hear of its upgrade only the next time
      const mayBecomeDue = code === Code.ok && topic === otaTopic(device, 'inform')
      if (mayBecomeDue) await commands.soon(device.deviceId, limits.pushWaitMs)
      return { code, body: payload, command: await commandFor(device, claims.sessionId) }
    },
    async identify(id, origin) {
      mustBeOpen()
      const found = await sessions.find(id, origin)
      return found.ok ? found.device : undefined
    },
  }
}
