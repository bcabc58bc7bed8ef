import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { seed } from './seed.ts'

const NOW = Date.UTC(2026, 0, 10, 4)
const world = seed(NOW)

describe('the seed', () => {
  test('holds no two devices under way twice', () => {
    const open = world.tasks.filter(({ status }) => status === 'published' || status === 'upgrading')
    expect(new Set(open.map(({ deviceId }) => deviceId)).size).toBe(open.length)
  })

  test.each([...world.files])('says the true digests of file %s', (firmwareId, bytes) => {
    const row = world.firmware.find(({ id }) => id === firmwareId)
    const digest = (name: string) => createHash(name).update(bytes).digest('hex')
    expect(row).toMatchObject({ sha256: digest('sha256'), md5: digest('md5'), sizeBytes: bytes.length })
  })

  test('has the same ids every time', () => {
    const again = seed(NOW + 1)
    expect(again.devices.map(({ id }) => id)).toEqual(world.devices.map(({ id }) => id))
    expect(again.jobs.map(({ id }) => id)).toEqual(world.jobs.map(({ id }) => id))
  })

  test('leaves the same work to do every time: no device of a finished job is under way', () => {
    const finished = new Set(world.jobs.filter(({ state }) => state === 'completed').map(({ id }) => id))
    const left = world.tasks.filter(
      ({ jobId, status }) => finished.has(jobId) && ['init', 'published', 'upgrading'].includes(status),
    )
    expect(left).toEqual([])
  })
})
