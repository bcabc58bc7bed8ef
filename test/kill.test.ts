import { existsSync } from 'node:fs'

import { beforeAll, expect, test, vi } from 'vitest'

import { createRandom } from '#device/simulator/random.ts'

import { OLD, openField } from './support/field.ts'
import { isOnline, NEW, prepareRollout } from './support/rollout.ts'

const DEVICES = 200
/** What one device does in an upgrade without accident: takes it, restarts, informs. */
const EVENTS_EACH = 3
const PATIENT = { timeout: 120_000, interval: 250 }

beforeAll(() => {
  if (!existsSync('dist/server/main.js')) throw new Error('dist/server is missing: npm run build makes it')
})

/** A number of events of the fleet, somewhere in the middle of the rollout, the same for the same seed. */
const momentOf = (seed: string) => Math.floor(DEVICES * EVENTS_EACH * (0.05 + 0.8 * createRandom(seed)()))

test.each(['first', 'second'])(
  'a service killed in a rollout to 200 devices and started again upgrades each of them once (%s moment)',
  async (seed) => {
    let events = 0
    const field = await openField(DEVICES)
    try {
      const fleet = await field.startFleet(OLD, { onEvent: () => events++ })
      const rollout = await prepareRollout(field, 200_000)
      await vi.waitUntil(() => isOnline(fleet), PATIENT)
      const before = events
      await rollout.begin()
      await vi.waitUntil(() => events - before >= momentOf(seed), { ...PATIENT, interval: 5 })
      await field.killAndRestart()

      const all = { init: 0, published: 0, upgrading: 0, succeeded: DEVICES, failed: 0, skipped: 0 }
      await expect.poll(async () => (await rollout.job()).counts, PATIENT).toEqual(all)
      await expect.poll(async () => (await rollout.job()).state, PATIENT).toBe('completed')
      expect(await rollout.upgrades()).toEqual(Array.from({ length: DEVICES }, () => 1))
      expect(new Set(fleet.devices.map((device) => device.version()))).toEqual(new Set([NEW]))
    } finally {
      await field.end()
    }
  },
  300_000,
)
