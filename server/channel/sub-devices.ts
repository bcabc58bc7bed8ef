import { randomUUID } from 'node:crypto'

import { isWeakLogin, subDeviceSignatureMatches, type SubDeviceLogin } from '#contract/device/gateway.ts'
import type { DeviceKeys } from '#contract/device/topics.ts'
import type { Topology } from '#server/ports-gateway.ts'
import type { Clock, DeviceCredentials, DeviceDirectory, Logger } from '#server/ports.ts'
import { limits } from './config.ts'
import type { Counters } from './counters.ts'
import type { Doorkeeper } from './doorkeeper.ts'
import type { Login, Logins } from './logins.ts'

export interface GatewayDeps {
  clock: Clock
  log: Logger
  directory: DeviceDirectory
  topology: Topology
  doorkeeper: Doorkeeper
  counters: Counters
  logins: Logins
  allowWeakSign: boolean
  /** Of the gateway's connection. */
  address: string
}

/** The devices that are logged in behind one connection. */
export interface SubDevices {
  /** The device, if whoever asks holds its secret; why not is counted and not told. */
  judge(asked: SubDeviceLogin): Promise<DeviceCredentials | undefined>
  /** Lets it in; resolves once its presence is durable. */
  logIn(asked: SubDeviceLogin): Promise<DeviceCredentials | undefined>
  /** False when it is not logged in here. */
  logOut(keys: DeviceKeys): boolean
  find(keys: DeviceKeys): Login | undefined
  /** The connection is gone, and with it every device behind it. */
  close(): void
}

const nameOf = ({ productKey, deviceKey }: DeviceKeys): string => `${productKey}/${deviceKey}`

/** Serves the gateway `own`; whether it may be one is not asked, since it has to hold its devices' secrets. */
export function createSubDevices(own: Login, secure: boolean, deps: GatewayDeps): SubDevices {
  const { directory, doorkeeper, logins } = deps
  const behind = new Map<string, Login>()
  let isClosed = false

  const leave = (login: Login) => {
    if (behind.get(nameOf(login.device)) === login) behind.delete(nameOf(login.device))
    logins.close(login)
  }

  const enter = async ({ deviceId, orgId, productKey, deviceKey }: DeviceCredentials): Promise<void> => {
    const device = { deviceId, orgId, productKey, deviceKey }
    const login: Login = {
      device,
      session: { id: randomUUID(), startedAt: deps.clock.now() },
      command: own.command,
      end: () => leave(login),
    }
    behind.set(nameOf(device), login)
    try {
      await logins.open(login)
    } catch (error) {
      leave(login)
      throw error
    }
  }

  const refuse = (asked: DeviceKeys, reason: string): undefined => {
    doorkeeper.refused(`sub_${reason}`, { device: nameOf(asked), address: `behind ${nameOf(own.device)}` })
    return undefined
  }

  const judge = async (asked: SubDeviceLogin): Promise<DeviceCredentials | undefined> => {
    if (!asked.byOwnSecret) return refuse(asked, 'secureMode')
    if (isWeakLogin(asked) && !deps.allowWeakSign) return refuse(asked, 'weakSignature')
    const found = await directory.credentials(asked.productKey, asked.deviceKey)
    if (!subDeviceSignatureMatches(asked, found?.deviceSecret ?? '') || !found) return refuse(asked, 'wrongSignature')
    if (found.orgId !== own.device.orgId || found.deviceId === own.device.deviceId) return refuse(asked, 'notBehind')
    if (!found.enabled) return refuse(asked, 'deviceDisabled')
    return found.tlsRequired && !secure ? refuse(asked, 'tlsRequired') : found
  }

  return {
    judge,
    async logIn(asked) {
      const attempt = logins.attempt()
      try {
        const found = await judge(asked)
        if (!found || isClosed) return undefined
        if (attempt.isSpoiled(found.deviceId)) return refuse(asked, 'dismissed')
        if (behind.size >= limits.subDevices && !behind.has(nameOf(asked))) return refuse(asked, 'tooMany')
        if (!doorkeeper.mayLogIn(found.deviceId)) return refuse(asked, 'tooOften')
        await enter(found)
        // as for a device with a connection of its own: its product's secret is of no more use
        if (!found.activated) await directory.activate(found.deviceId, { address: deps.address, isTold: false })
        await deps.topology.add(own.device.deviceId, found.deviceId)
        deps.counters.count('login_subDevice')
        return found
      } finally {
        attempt.end()
      }
    },
    logOut(keys) {
      const login = behind.get(nameOf(keys))
      if (login) leave(login)
      return login !== undefined
    },
    find: (keys) => behind.get(nameOf(keys)),
    close() {
      isClosed = true
      for (const login of behind.values()) logins.close(login)
      behind.clear()
    },
  }
}
