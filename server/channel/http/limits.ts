import type { Rate } from '../bucket.ts'

/** What protects the HTTP integration and its neighbours. Bytes and milliseconds. */
export interface HttpLimits {
  /** Largest auth message; an SDK's has under 1 KiB. */
  authBytes: number
  /** A session outlives its lifetime by this: clocks and networks are slow. */
  marginMs: number
  /** A device that asked for more is shown as online for this long after its last sign of life. */
  onlineMs: number
  /** Uses that are remembered of one device: the SDK opens two sessions at its start. */
  sessions: number
  /** How long the answer to an inform waits for the push that it may have made due. */
  pushWaitMs: number
  /** Auth messages of one address, where a whole fleet may be behind. */
  authsOfAddress: Rate
  /** Sessions that one device may open, counted by right signatures: nobody else can use them up. */
  sessionsOfDevice: Rate
  messagesOfDevice: Rate
}

export const httpLimits: HttpLimits = {
  authBytes: 4_096,
  marginMs: 60_000,
  onlineMs: 3_600_000,
  sessions: 8,
  pushWaitMs: 100,
  authsOfAddress: { perSecond: 300, burst: 3_000 },
  sessionsOfDevice: { perSecond: 1, burst: 30 },
  messagesOfDevice: { perSecond: 20, burst: 200 },
}
