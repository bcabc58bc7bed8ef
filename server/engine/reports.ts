import { isOpen, type TaskEvent } from '#domain/task.ts'
import type { DeviceIdentity, DeviceReport, DeviceSession, ReportReply } from '#server/ports.ts'
import type { DeviceRecord, TaskRecord } from '#server/ports-engine.ts'

import { deviceActor } from './log-lines.ts'
import { offerTo, type Offering } from './requests.ts'
import type { Work } from './work.ts'

/** What a device's connection tells the engine. */
export type Said = { kind: 'opened' } | { kind: 'closed' } | DeviceReport

export interface Arrival {
  device: DeviceIdentity
  session: DeviceSession
  said: Said
  /** Epoch milliseconds. */
  at: number
}

const VERSION_MAX = 64
const TEXT_MAX = 512
/** A device that only reports progress is written down as seen this often, milliseconds. */
const SEEN_EVERY_MS = 60_000

const OK: ReportReply = { code: 200, message: '' }
/** Codes of the protocol, section 6. */
const NO_DEVICE: ReportReply = { code: 402, message: 'The device does not exist.' }
const BAD_VERSION: ReportReply = { code: 460, message: 'The version is empty.' }

/** A device's own text, cut to what is kept, without what a database refuses: NUL and halves of characters. */
export const kept = (text: string, max: number): string => text.slice(0, max).replaceAll(/[\0\p{Surrogate}]/gu, '')

/** Applies what arrived, in the order of its arrival, and says what the device is answered after the commit. */
export function applyArrival(work: Work, arrival: Arrival, offering: Offering): ReportReply {
  const device = work.devices.get(arrival.device.deviceId)
  if (!device) return NO_DEVICE
  const { said } = arrival
  switch (said.kind) {
    case 'opened':
      return opened(work, device, arrival)
    case 'closed':
      return closed(work, device, arrival)
    case 'inform':
      return informed(work, device, { ...arrival, version: kept(said.version, VERSION_MAX) })
    case 'progress':
      return progressed(work, device, arrival, said)
    case 'upgradeReply':
      return replied(work, device, arrival, said)
    case 'getversion':
      return requested(work, device, arrival.at, offering)
  }
}

type Of<K extends Said['kind']> = Extract<Said, { kind: K }>

function progressed(
  work: Work,
  device: DeviceRecord,
  { session, at }: Arrival,
  { step, text }: Of<'progress'>,
): ReportReply {
  heard(work, device, at)
  const task = reportedTask(work, device.id)
  return report(work, device, task, { type: 'progress', at, step, text: kept(text, TEXT_MAX), session })
}

function replied(
  work: Work,
  device: DeviceRecord,
  { at }: Arrival,
  { commandId, code, message }: Of<'upgradeReply'>,
): ReportReply {
  heard(work, device, at)
  const named = work.tasksOf(device.id).find((task) => task.commandId === commandId)
  const text = kept(message, TEXT_MAX)
  const task = named ?? reportedTask(work, device.id)
  return report(work, device, task, { type: 'reply', at, code, text, ours: named !== undefined })
}

function requested(work: Work, device: DeviceRecord, at: number, offering: Offering): ReportReply {
  heard(work, device, at)
  const offer = offerTo(work, device, offering)
  return offer ? { ...OK, offer } : OK
}

/** A newer session takes over from an older one, also when the older one's opening comes late. */
function opened(work: Work, device: DeviceRecord, { session, at }: Arrival): ReportReply {
  if (device.connected && (device.sessionStartedAt ?? 0) > session.startedAt) return OK
  device.connected = true
  device.sessionId = session.id
  device.sessionStartedAt = session.startedAt
  device.lastSeenAt = at
  work.seen(device)
  return OK
}

/** The end of a session that was taken over from changes nothing. */
function closed(work: Work, device: DeviceRecord, { session, at }: Arrival): ReportReply {
  if (device.sessionId !== session.id) return OK
  device.connected = false
  device.sessionId = null
  device.sessionStartedAt = null
  device.lastSeenAt = at
  work.seen(device)
  return OK
}

function informed(
  work: Work,
  device: DeviceRecord,
  { version, session, at }: Arrival & { version: string },
): ReportReply {
  if (version === '') return BAD_VERSION
  work.reported(device, version, at)
  heard(work, device, at)
  const tasks = work.tasksOf(device.id)
  const latest = tasks.at(-1)
  for (const task of tasks)
    report(work, device, task, { type: 'inform', at, version, session, latest: task === latest })
  if (tasks.some(({ facts }) => facts.status === 'init')) work.wake(device.id)
  return OK
}

function heard(work: Work, device: DeviceRecord, at: number): void {
  if (device.lastSeenAt !== null && at - device.lastSeenAt < SEEN_EVERY_MS) return
  device.lastSeenAt = at
  work.seen(device)
}

/** A report that names no job is about the open task, else about a retried one that waits, else about the latest. */
function reportedTask(work: Work, deviceId: string): TaskRecord | undefined {
  const tasks = work.tasksOf(deviceId)
  return (
    tasks.find(({ facts }) => isOpen(facts)) ??
    tasks.findLast(({ facts }) => facts.status === 'init' && facts.attempt > 1) ??
    tasks.at(-1)
  )
}

function report(work: Work, device: DeviceRecord, task: TaskRecord | undefined, event: TaskEvent): ReportReply {
  if (task) work.apply(task, event, deviceActor(device))
  return OK
}
