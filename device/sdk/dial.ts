import { connect, type IClientOptions, type MqttClient } from 'mqtt'

import { formatConnect, type SecureMode } from '#contract/device/connect.ts'
import type { DeviceKeys } from '#contract/device/topics.ts'
import { LinkError } from './errors.ts'

/** PEM texts. A certificate of its own is an addition: the signature stays what lets a device in. */
export interface TlsOptions {
  ca?: string | Buffer
  cert?: string | Buffer
  key?: string | Buffer
}

export interface DialOptions extends DeviceKeys {
  /** `mqtt://host:11883`, or `mqtts://host:18883`. */
  url: string
  /** The device's secret; with secure mode 3 the product's. */
  secret: string
  secureMode?: SecureMode
  tls?: TlsOptions
  /** Milliseconds until a connect is given up; 30,000 by default: in a crowd that comes back at once one waits in line. */
  connectTimeoutMs?: number
  /** Seconds; 60 by default. */
  keepaliveSeconds?: number
  /** Gives the connect up. */
  signal?: AbortSignal
}

const optionsFor = (options: DialOptions): IClientOptions => ({
  ...formatConnect(
    {
      productKey: options.productKey,
      deviceKey: options.deviceKey,
      cid: options.deviceKey,
      secureMode: options.secureMode ?? 2,
      signMethod: 'sha256',
      timestamp: String(Date.now()),
    },
    options.secret,
  ),
  protocolVersion: 4,
  clean: true,
  keepalive: options.keepaliveSeconds ?? 60,
  connectTimeout: options.connectTimeoutMs ?? 30_000,
  // coming back is the caller's decision: each login is signed anew
  reconnectPeriod: 0,
  queueQoSZero: false,
  ...options.tls,
})

const codeOf = (error: unknown): number | undefined => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'number' ? code : undefined
}

/**
 * Opens one connection and logs in.
 * @throws LinkError `refused` with the CONNACK's code, or `unreachable`
 */
export function dial(options: DialOptions): Promise<MqttClient> {
  return new Promise((resolve, reject) => {
    const client = connect(options.url, optionsFor(options))
    let failure: Error | undefined
    const fail = () => {
      client.removeAllListeners()
      client.on('error', () => undefined)
      client.end(true)
      options.signal?.removeEventListener('abort', fail)
      const code = codeOf(failure)
      reject(
        code === undefined
          ? new LinkError('unreachable', failure?.message ?? 'The connection could not be made')
          : new LinkError('refused', failure?.message ?? 'The service refused the device', code),
      )
    }
    client.on('error', (error) => {
      failure = error
    })
    client.once('close', fail)
    client.once('connect', () => {
      client.off('close', fail)
      options.signal?.removeEventListener('abort', fail)
      resolve(client)
    })
    options.signal?.addEventListener('abort', fail, { once: true })
    if (options.signal?.aborted) fail()
  })
}
