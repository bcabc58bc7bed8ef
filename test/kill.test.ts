import { existsSync } from 'node:fs'

import { beforeAll, expect, test, vi } from 'vitest'

import { createRandom } from '#device/simulator/random.ts'

import { NEW, prepareRollout } from './support/rollout.ts'

const DEVICES = 200
/** What one device does in an upgrade without accident: takes it, restarts, informs. */
const EVENTS_EACH = 3
const PATIENT = { timeout: 90_000, interval: 250 }

beforeAll(() => {
  if (!existsSync('dist/server/main.js')) throw new Error('dist/server is missing: npm run build makes it')
})

/** A number of events of the fleet, somewhere in the middle of the rollout, the same for the same seed. */
const momentOf = (seed: string) => Math.floor(DEVICES * EVENTS_EACH * (0.05 + 0.8 * createRandom(seed)()))

test.each(['first', 'second'])(
  'a service killed in a rollout to 200 devices and started again upgrades each of them once (%s moment)',
  async (seed) => {
    let events = 0
    const rollout = await prepareRollout({ devices: DEVICES, firmwareBytes: 200_000, onEvent: () => events++ })
    try {
      await vi.waitUntil(async () => (await rollout.online()) === DEVICES, PATIENT)
      const before = events
      const { id } = await rollout.begin()
      await vi.waitUntil(() => events - before >= momentOf(seed), { ...PATIENT, interval: 5 })
      await rollout.killAndRestart()

      await vi.waitUntil(async () => (await rollout.job(id)).state === 'completed', PATIENT)
      const { counts } = await rollout.job(id)
      expect(counts).toEqual({ init: 0, published: 0, upgrading: 0, succeeded: DEVICES, failed: 0, skipped: 0 })
      expect(await rollout.upgradesByHistory()).toEqual(Array.from({ length: DEVICES }, () => 1))
      expect(new Set(rollout.fleet.devices.map((device) => device.version()))).toEqual(new Set([NEW]))
    } finally {
      await rollout.end()
    }
  },
  180_000,
)
