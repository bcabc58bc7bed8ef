import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { JobState } from '#contract/manage/jobs.ts'
import { haltReason } from '#domain/halt.ts'

import { rolloutIds } from './rollout-plans.ts'
import { seed } from './seed.ts'
import { troubledOrgs } from './troubled.ts'

const NOW = Date.UTC(2026, 0, 10, 4)
const world = seed(NOW)

describe('the seed', () => {
  test('is a believable world: agencies, products, a field of devices and a job in every state', () => {
    const ofAgencies = <T extends { orgId: string }>(rows: T[]) =>
      rows.filter(({ orgId }) => orgId !== troubledOrgs.long.orgId)
    expect(new Set(ofAgencies(world.devices).map(({ orgId }) => orgId)).size).toBe(3)
    expect([ofAgencies(world.products).length, ofAgencies(world.devices).length]).toEqual([12, 5_000])
    expect(new Set(world.jobs.map(({ state }) => state))).toEqual(new Set(JobState.options))
  })

  test('says why its halted job is halted, by the rule itself', () => {
    const job = world.jobs.find(({ id }) => id === rolloutIds.halted)
    expect(job?.haltReason).toMatch(/^\d+ of \d+ devices failed; the job halts at more than 20 %\.$/)
  })

  test('has left no started job over its halt rule, for it would halt at the first report', () => {
    const over = world.jobs.filter((job) => job.state === 'started' && haltReason(job.policy.halt, job.halt.sample))
    expect(over.map(({ name }) => name)).toEqual([])
  })

  test('holds no two devices under way twice', () => {
    const open = world.tasks.filter(({ status }) => status === 'published' || status === 'upgrading')
    expect(new Set(open.map(({ deviceId }) => deviceId)).size).toBe(open.length)
  })

  test.each([...world.files])('says the true digests of file %s', (firmwareId, bytesOf) => {
    const bytes = bytesOf()
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
