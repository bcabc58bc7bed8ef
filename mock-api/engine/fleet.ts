import { isOpen } from '#domain/task.ts'
import { iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { deviceById, firmwareOf, jobById, tasksOfDevice } from '#mock-api/find.ts'
import { announce } from '#mock-api/live.ts'
import { activationLine, deviceActor, versionLine } from '#mock-api/log-lines.ts'
import { record } from '#mock-api/log.ts'
import { decisionOn, isCandidate } from '#mock-api/verdict.ts'
import type { Appointment, DeviceRow, TaskRow } from '#mock-api/world.ts'

import { apply } from './apply.ts'
import { behaviourOf } from './behaviour.ts'
import { joinGrowing } from './join.ts'

/** The command reaches the device: what it will do stands in the world's agenda from now on. */
export function push({ jobId, deviceId, deviceKey, attempt }: TaskRow, at: number): void {
  const steps = behaviourOf(deviceKey, attempt)
  db.agenda.push(...steps.map(({ after, act }) => ({ at: at + after, jobId, deviceId, attempt, act })))
}

/** The device asks for firmware: the oldest job that lets it go offers its own, and the device takes it up. */
export function ask(device: DeviceRow, at: number): void {
  const mine = tasksOfDevice(device.id)
  if (!device.session || mine.some(isOpen)) return
  // a job that only pushes answers nobody, and every device asks it again and again
  const answers = (row: TaskRow) => jobById(row.jobId).policy.method !== 'push' && isCandidate(row, jobById(row.jobId))
  const waiting = mine.filter(answers)
  const oldestFirst = waiting.toSorted((a, b) => (jobById(a.jobId).createdAt < jobById(b.jobId).createdAt ? -1 : 1))
  const task = oldestFirst.find((row) => decisionOn(row, jobById(row.jobId), at, { via: 'request' }).go)
  if (!task) return
  apply(task, { type: 'offer', at, sourceVersion: device.currentVersion ?? '' }, deviceActor(device))
  push(task, at)
}

/** Does what the device had in mind for now, unless the attempt is over. */
export function keep({ at, jobId, deviceId, attempt, act }: Appointment): void {
  const task = tasksOfDevice(deviceId).find((row) => row.jobId === jobId)
  if (task?.attempt !== attempt || !isOpen(task)) return
  const device = deviceById(deviceId)
  if (act.does === 'leave') leave(device, at)
  else if (act.does === 'return')
    comeBack(device, act.on === 'target' ? firmwareOf(jobById(jobId)).version : device.currentVersion, at)
  else progress(device, act.step, act.text, at)
}

/** The open task of a device: its reports belong to that one. */
const openTaskOf = (device: DeviceRow): TaskRow | undefined => tasksOfDevice(device.id).find(isOpen)

/** The device reports progress; without a session it cannot. */
export function progress(device: DeviceRow, step: number, text: string, at: number): void {
  const task = openTaskOf(device)
  if (!device.session) return
  device.lastSeenAt = iso(at)
  if (task && apply(task, { type: 'progress', at, step, text, session: device.session }, deviceActor(device)))
    push(task, at)
}

/** The devices that are connected through this one. */
const behind = ({ id }: DeviceRow): DeviceRow[] => db.devices.filter(({ gatewayId }) => gatewayId === id)

/** The session of a device ends, and with that of a gateway those of the devices behind it. */
export function leave(device: DeviceRow, at: number): void {
  if (!device.session) return
  device.session = null
  device.lastSeenAt = iso(at)
  announce({ kind: 'device', orgId: device.orgId, deviceId: device.id })
  for (const other of behind(device)) leave(other, at)
}

/** A new session, and the version that the device runs now; a gateway brings the devices behind it along. */
export function comeBack(device: DeviceRow, version: string | null, at: number): void {
  if (!device.enabled) return
  device.session = { id: crypto.randomUUID(), startedAt: at }
  device.lastSeenAt = iso(at)
  if (device.activatedAt === null) {
    device.activatedAt = iso(at)
    record(activationLine(device), at)
  }
  if (version !== null) inform(device, version, at)
  announce({ kind: 'device', orgId: device.orgId, deviceId: device.id })
  for (const other of behind(device)) comeBack(other, other.currentVersion, at)
}

function inform(device: DeviceRow, version: string, at: number): void {
  if (!device.session) return
  const before = device.currentVersion
  device.currentVersion = version
  if (before !== version) record(versionLine(device, before), at)
  device.versionReportedAt = iso(at)
  joinGrowing(device, at)
  const { session } = device
  const mine = tasksOfDevice(device.id)
  const latest = mine.toSorted((a, b) => (jobById(a.jobId).createdAt < jobById(b.jobId).createdAt ? -1 : 1)).at(-1)
  for (const task of mine) {
    if (apply(task, { type: 'inform', at, version, session, latest: task === latest }, deviceActor(device)))
      push(task, at)
  }
}
