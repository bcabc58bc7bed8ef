import type { Rate } from './bucket.ts'
import type { TlsConfig } from './tls.ts'

/** What a deployment decides about its device channel. */
export interface ChannelConfig {
  host: string
  /** 0 takes any free port. */
  mqttPort: number
  /** MD5 and SHA-1 signatures are accepted only with this. */
  allowWeakSign: boolean
  /** Devices may also connect with TLS, on a port of its own. */
  tls?: TlsConfig | undefined
  /** Packets of one device; what comes faster waits. `rates.packets` unless said otherwise. */
  packets?: Rate
  /** Milliseconds for a CONNECT to arrive whole; `limits.connectMs` unless said otherwise. */
  connectMs?: number
  /** `limits.strangersPerAddress` unless said otherwise. */
  strangersPerAddress?: number
}

/** What protects the channel and its neighbours. Bytes and milliseconds. */
export const limits = {
  /** Largest packet before the login: a CONNECT has under 1 KiB. */
  connectBytes: 4_096,
  /** Largest packet that reaches the parser, which has no limit of its own. */
  packetBytes: 65_536,
  /** Larger publishes are cut off and answered with a code; beyond this the connection ends. */
  skippedBytes: 4_194_304,
  /** Largest message that is read. Below `packetBytes`, so that one that was cut off is always over it. */
  messageBytes: 32_768,
  /** A device that does not read has this much written for it, then its connection ends. */
  unreadBytes: 262_144,
  /** Own subscriptions change nothing, but the broker remembers each. */
  subscriptions: 200,
  /** Devices behind one gateway. */
  subDevices: 2_000,
  /** Inbound QoS 2 messages without PUBREL; no SDK sends any. */
  halfOpen: 16,
  /** Connections of one address that have not logged in: many devices may share an address, and come back at once. */
  strangersPerAddress: 1_000,
  /** How long a device that was told its secret may stay before it comes back with it. */
  activationMs: 30_000,
  tcpKeepAliveMs: 60_000,
  /** Connections that wait to be accepted: a crowd beyond Node's 511 was cut off. The system may allow fewer. */
  backlog: 4_096,
  /**
   * For a CONNECT to arrive, and for a TLS handshake. Long, because a crowd that comes back at once to a crowded machine
   * waits in line to be read: who is cut off there, with a CONNECT that lay unread, stands at its end again.
   */
  connectMs: 30_000,
  drainMs: 10_000,
  /** The Python SDK's connect() waits 10 s when the answer comes before it listens. */
  connackDelayMs: 30,
  /** The Node.js SDK listens for commands only some time after its CONNACK. */
  commandDelayMs: 100,
} as const

/** What one sender may do without slowing itself. */
export const rates = {
  packets: { perSecond: 100, burst: 500 },
  /** Logins of one device; the vendor's fastest SDK comes back every 3 s. */
  logins: { perSecond: 1, burst: 20 },
  /** Lines about refusals in the log of the whole process; all are counted. */
  refusalLines: { perSecond: 2, burst: 50 },
} satisfies Record<string, Rate>
