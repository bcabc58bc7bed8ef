import { problems } from '#contract/problems.ts'
import { keptOf } from '#domain/changes.ts'
import { canDeleteDevice } from '#domain/registry.ts'
import { isOpen } from '#domain/task.ts'
import { ProblemError, type Actor } from '#server/ports.ts'
import type { LogLine } from '#server/ports-engine.ts'
import type { DeviceActs, DeviceAsk, RegisteredDevice } from '#server/ports-registry.ts'

import type { Acting } from './job-acts.ts'
import { joinGrowing, leaveGrowing } from './join.ts'
import { ofOrg, orRefuse } from './refuse.ts'
import { Work, type Aftermath } from './work.ts'

/** What people do with a device, with what follows from it for the jobs. */
export function createDeviceActs({ store, now, settle }: Acting): DeviceActs {
  /** One act on one device in one transaction; the act answers how the device stands after it. */
  async function act(of: DeviceAsk, change: (work: Work, device: RegisteredDevice) => Promise<RegisteredDevice>) {
    const done = await store.transact(async (tx) => {
      const work = new Work(tx, now())
      const device = await change(work, ofOrg(await tx.registered(of.deviceId), of.orgId, 'Device'))
      return { device, aftermath: aboutDevice(await work.save(), of) }
    })
    settle(done.aftermath)
    return done.device
  }

  return {
    update: (of, { version, ...change }, actor) =>
      act(of, async (work, device) => {
        if (device.version !== version) throw new ProblemError(problems.stale())
        const given = Object.entries(change).filter(([, value]) => value !== undefined)
        const next: RegisteredDevice = { ...device, ...Object.fromEntries(given), version: version + 1 }
        await edit(work, next)
        await leaveGrowing(work, next, actor)
        work.log({ ...lineOf(work, device, actor, 'updated', 'edited'), data: sides(device, next) })
        return next
      }),
    setEnabled: (of, enabled, actor) =>
      act(of, async (work, device) => {
        if (device.enabled === enabled) return device
        const next = { ...device, enabled, version: device.version + 1 }
        await edit(work, next)
        const verb = enabled ? 'enabled' : 'disabled'
        work.log({ ...lineOf(work, device, actor, verb, verb), data: sides(device, next) })
        return next
      }),
    delete: (of, actor) =>
      act(of, async (work, device) => {
        await skipAll(work, device, actor)
        await work.tx.deleteDevice(device)
        work.log({ ...lineOf(work, device, actor, 'deleted', 'deleted'), data: { before: keptOf('device', device) } })
        return device
      }),
  }
}

const sides = (before: RegisteredDevice, after: RegisteredDevice) => ({
  before: keptOf('device', before),
  after: keptOf('device', after),
})

/** Writes the device; what it comes to match by that takes it at once and not only at its next report. */
async function edit(work: Work, device: RegisteredDevice): Promise<void> {
  await work.tx.editDevice(device)
  await work.loadDevices([device.id])
  await joinGrowing(work, [device.id])
}

/** What still waits for the device waits no longer. */
async function skipAll(work: Work, device: RegisteredDevice, actor: Actor): Promise<void> {
  const tasks = await work.tx.unfinishedOf(device.id)
  await work.loadJobs(tasks.map(({ jobId }) => jobId))
  const open = tasks.find(({ facts }) => isOpen(facts))
  orRefuse(canDeleteDevice(open ? work.jobOf(open).name : null))
  for (const task of tasks) work.apply(task, { type: 'skip', at: work.now, reason: 'deviceDeleted' }, actor)
}

const lineOf = (
  { now }: Work,
  { id, orgId, deviceKey }: RegisteredDevice,
  actor: Actor,
  verb: string,
  did: string,
): LogLine => ({
  orgId,
  at: now,
  actor,
  object: { kind: 'device', id },
  deviceId: id,
  action: `device.${verb}`,
  summary: `Device ${deviceKey} ${did}.`,
})

const aboutDevice = (aftermath: Aftermath, { orgId, deviceId }: DeviceAsk): Aftermath => ({
  ...aftermath,
  changes: [...aftermath.changes, { kind: 'device', orgId, deviceId }],
})
