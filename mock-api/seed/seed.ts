import type { World } from '#mock-api/world.ts'

import { seedDeviceLists } from './device-lists.ts'
import { seedFiles, seedFirmware } from './firmware.ts'
import { seedDevices, seedProducts } from './fleet.ts'
import { seedJobs, seedTasks } from './jobs.ts'
import { seedLog } from './log.ts'
import { seedLong } from './long.ts'
import { seedPolicies } from './policies.ts'
import { seedProgress } from './progress.ts'
import { seedRollouts } from './rollouts.ts'
import { seedMembers, seedOrgs, seedUsers } from './people.ts'

/**
 * The world as a page load finds it.
 * @param now epoch milliseconds; everything in the seed is so and so long ago
 */
export function seed(now: number): World {
  const devices = seedDevices(now)
  const firmware = seedFirmware(now)
  const rollouts = seedRollouts(now, firmware, devices)
  const jobs = [...seedJobs(now), ...rollouts.jobs]
  const tasks = [...seedTasks(now, devices), ...rollouts.tasks]
  const world: World = {
    users: seedUsers(),
    orgs: seedOrgs(now),
    members: seedMembers(),
    products: seedProducts(now),
    devices,
    firmware,
    files: seedFiles(),
    uploads: [],
    policies: seedPolicies(now),
    deviceLists: seedDeviceLists(now),
    previews: new Map(),
    jobs,
    tasks,
    progress: seedProgress(jobs, tasks),
    agenda: rollouts.agenda,
    log: seedLog(jobs, now),
    begunAt: now,
    obeyed: new Set(),
  }
  const long = seedLong(world)
  return {
    ...world,
    products: [...world.products, ...long.products],
    devices: [...world.devices, ...long.devices],
    firmware: [...world.firmware, ...long.firmware],
    policies: [...world.policies, ...long.policies],
    jobs: [...world.jobs, ...long.jobs],
    tasks: [...world.tasks, ...long.tasks],
    log: [...world.log, ...long.log],
  }
}
