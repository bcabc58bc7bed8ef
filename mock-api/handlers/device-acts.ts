import { devices as api } from '#contract/manage/devices.ts'
import { problems } from '#contract/problems.ts'
import { keptOf } from '#domain/changes.ts'
import { canDeleteDevice, canResetActivation } from '#domain/registry.ts'
import { isFinal, isOpen } from '#domain/task.ts'
import { mock } from '#mock-api/bind.ts'
import { clock } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { apply } from '#mock-api/engine/apply.ts'
import { leave } from '#mock-api/engine/fleet.ts'
import { joinGrowing, leaveGrowing } from '#mock-api/engine/join.ts'
import { find, jobById } from '#mock-api/find.ts'
import { announce } from '#mock-api/live.ts'
import { record, type Entry } from '#mock-api/log.ts'
import { insist, MockProblem } from '#mock-api/problem.ts'
import { newSecret } from '#mock-api/secrets.ts'
import { deviceView } from '#mock-api/views.ts'
import type { DeviceRow, UserRow } from '#mock-api/world.ts'

/** Says that something was done to the device, in the log and to whoever watches. */
function tell(
  { id, orgId, deviceKey }: DeviceRow,
  actor: UserRow,
  verb: string,
  did: string,
  sides: Pick<Entry, 'before' | 'after'> = {},
): void {
  record({ ...sides, orgId, actor, action: `device.${verb}`, summary: `Device ${deviceKey} ${did}.`, deviceId: id })
  announce({ kind: 'device', orgId, deviceId: id })
}

function setEnabled(device: DeviceRow, enabled: boolean, actor: UserRow) {
  if (device.enabled === enabled) return deviceView(device)
  const before = keptOf('device', device)
  device.enabled = enabled
  device.version++
  // a disabled device loses its session, as on the server
  if (!enabled) leave(device, clock.now())
  joinGrowing(device, clock.now())
  const verb = enabled ? 'enabled' : 'disabled'
  tell(device, actor, verb, verb, { before, after: keptOf('device', device) })
  return deviceView(device)
}

function remove(device: DeviceRow, actor: UserRow): void {
  const tasks = db.tasks.filter((task) => task.deviceId === device.id && !isFinal(task))
  const open = tasks.find(isOpen)
  insist(canDeleteDevice(open ? jobById(open.jobId).name : null))
  for (const task of tasks) apply(task, { type: 'skip', at: clock.now(), reason: 'deviceDeleted' }, actor)
  leave(device, clock.now())
  for (const row of db.devices) if (row.gatewayId === device.id) row.gatewayId = null
  db.devices.splice(db.devices.indexOf(device), 1)
  tell(device, actor, 'deleted', 'deleted', { before: keptOf('device', device) })
}

export const deviceActHandlers = [
  mock(api.update, ({ params, body: { version, ...change } }, { org, caller }) => {
    const device = find.device(org.id, params.deviceId)
    if (device.version !== version) throw new MockProblem(problems.stale())
    const before = keptOf('device', device)
    const given = Object.entries(change).filter(([, value]) => value !== undefined)
    Object.assign(device, Object.fromEntries(given), { version: version + 1 })
    joinGrowing(device, clock.now())
    leaveGrowing(device, caller, clock.now())
    tell(device, caller, 'updated', 'edited', { before, after: keptOf('device', device) })
    return deviceView(device)
  }),

  mock(api.delete, ({ params }, { org, caller }) => remove(find.device(org.id, params.deviceId), caller)),

  mock(api.resetSecret, ({ params }, { org, caller }) => {
    const device = find.device(org.id, params.deviceId)
    device.version++
    leave(device, clock.now())
    tell(device, caller, 'secretReset', 'was given a new secret')
    return { ...deviceView(device), deviceSecret: newSecret() }
  }),

  mock(api.resetActivation, ({ params }, { org, caller }) => {
    const device = find.device(org.id, params.deviceId)
    insist(canResetActivation(find.product(org.id, device.productKey), device))
    const before = { activatedAt: device.activatedAt }
    device.activatedAt = null
    device.version++
    tell(device, caller, 'activationReset', 'may be activated once more', { before, after: { activatedAt: null } })
    return deviceView(device)
  }),

  mock(api.enable, ({ params }, { org, caller }) => setEnabled(find.device(org.id, params.deviceId), true, caller)),
  mock(api.disable, ({ params }, { org, caller }) => setEnabled(find.device(org.id, params.deviceId), false, caller)),
]
