import type { World } from '#mock-api/world.ts'

import { seedDeviceLists } from './device-lists.ts'
import { seedFiles, seedFirmware } from './firmware.ts'
import { seedDevices, seedProducts } from './fleet.ts'
import { seedJobs, seedTasks } from './jobs.ts'
import { seedLog } from './log.ts'
import { seedPolicies } from './policies.ts'
import { seedMembers, seedOrgs, seedUsers } from './people.ts'

/**
 * The world as a page load finds it.
 * @param now epoch milliseconds; everything in the seed is so and so long ago
 */
export function seed(now: number): World {
  const devices = seedDevices(now)
  const jobs = seedJobs(now)
  return {
    users: seedUsers(),
    orgs: seedOrgs(now),
    members: seedMembers(),
    products: seedProducts(now),
    devices,
    firmware: seedFirmware(now),
    files: seedFiles(),
    uploads: [],
    policies: seedPolicies(now),
    deviceLists: seedDeviceLists(now),
    jobs,
    tasks: seedTasks(now, devices),
    agenda: [],
    log: seedLog(jobs),
  }
}
