import type { Firmware } from '#contract/manage/firmware.ts'
import { devices as deviceApi } from '#contract/manage/devices.ts'
import { jobs, type Job } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'

import type { Fleet } from '#device/simulator/fleet.ts'

import type { Field } from './field.ts'
import { addFirmware, ask, binary, type DeviceKeys } from './manage.ts'

export const NEW = '2.0.0'
const ABREAST = 20

/** An upgrade of everything in a field, and what its end looks like from outside. */
export interface Rollout {
  readonly firmware: Firmware
  /** Starts the job that upgrades the whole product; `policy` is what differs from the defaults. */
  begin(policy?: Partial<Policy>): Promise<Job>
  /** Opens the next wave, as a person does. */
  advance(): Promise<unknown>
  /** The job as it stands. */
  job(): Promise<Job>
  /** How many times each device was upgraded, by its own history; one number for each device. */
  upgrades(): Promise<number[]>
}

export async function prepareRollout(field: Field, firmwareBytes: number, version = NEW): Promise<Rollout> {
  const { client, org, devices } = field
  const firmware = await addFirmware(client, field, version, binary(firmwareBytes))
  let jobId = ''
  const upgradesOf = async ({ id }: DeviceKeys) => {
    const { items } = await ask(client, deviceApi.history, { params: { org, deviceId: id }, query: { limit: 200 } })
    return items.filter(({ action }) => action === 'task.succeeded').length
  }
  return {
    firmware,
    async begin(policy = {}) {
      const body = {
        type: 'upgrade' as const,
        firmwareId: firmware.id,
        name: `to ${version}`,
        scope: {},
        policy: { halt: null, ...policy },
        start: true,
      }
      const job = await ask(client, jobs.create, { params: { org }, body })
      jobId = job.id
      return job
    },
    advance: () => ask(client, jobs.advance, { params: { org, jobId } }),
    job: () => ask(client, jobs.view, { params: { org, jobId } }),
    upgrades: () => inTurns(devices, upgradesOf),
  }
}

/** Whether each device is connected and its version was answered for, which means that it is durable. */
export const isOnline = ({ devices }: Fleet): boolean => devices.every((device) => device.state() === 'online')

/** Asks about many things, a few at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let from = 0; from < items.length; from += ABREAST)
    results.push(...(await Promise.all(items.slice(from, from + ABREAST).map(work))))
  return results
}
