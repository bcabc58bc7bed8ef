import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { HaltRule, Policy, Retry, Wave, WaveGate } from '#contract/manage/policies.ts'
import { forecast } from '#domain/forecast.ts'
import { haltReason, rampLimit, retryAt } from '#domain/halt.ts'
import { placeOf } from '#domain/hash.ts'
import { lintPolicy } from '#domain/policy-lint.ts'
import { policyWords } from '#domain/policy-words.ts'
import { cutWaves, waveEnds, waveGate, waveOf, type WaveFacts } from '#domain/waves.ts'

const waves = [{ upToDevices: 1 }, { upToPercent: 10 }, { upToPercent: 100 }].map((wave) => Wave.parse(wave))
const ids = (n: number) => Array.from({ length: n }, (_, i) => `device-${i}`)

describe('waves', () => {
  test('cut a closed list exactly: 1 device, up to 10 %, all', () => {
    const sizes = [0, 0, 0]
    for (const wave of cutWaves(waves, 'seed', ids(2_000)).values()) sizes[wave] = (sizes[wave] ?? 0) + 1
    expect(sizes).toEqual([1, 199, 1_800])
  })
  test('law: every device has one wave, the same for the same seed', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 300 }), (seed, n) => {
        const cut = cutWaves(waves, seed, ids(n))
        expect(cut.size).toBe(n)
        expect([...cut.values()].every((wave) => wave >= 0 && wave < 3)).toBe(true)
        expect(cutWaves(waves, seed, ids(n).reverse())).toEqual(cut)
      }),
    )
  })
  test('law: the waves of a cut follow the places of its devices, none of which it has put in order', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 3_000 }), (seed, n) => {
        const cut = cutWaves(waves, seed, ids(n))
        const ordered = ids(n).toSorted((a, b) => placeOf(seed, a) - placeOf(seed, b) || (a < b ? -1 : 1))
        const ends = waveEnds(waves, n).map((end) => Math.ceil(end * n - 1e-9))
        expect(ordered.map((id) => cut.get(id))).toEqual(ordered.map((_, i) => ends.findIndex((end) => i < end)))
      }),
      { numRuns: 40 },
    )
  })
  test('a device that joins later has the wave of its place', () => {
    const ends = waveEnds(waves, 1_000)
    expect(ends).toEqual([0.001, 0.1, 1])
    const shares = [0, 0, 0]
    for (const id of ids(20_000)) shares[waveOf(ends, 's', id)]! += 1
    expect(shares[1]! / 20_000).toBeGreaterThan(0.085)
    expect(shares[1]! / 20_000).toBeLessThan(0.115)
    expect(placeOf('a', 'x')).not.toBe(placeOf('b', 'x'))
  })
})

describe('the gate between waves', () => {
  const gate = WaveGate.parse({ successPercent: 95, sample: 10, soakMinutes: 30 })
  const wave = (some: Partial<WaveFacts>): WaveFacts => ({
    size: 100,
    final: 100,
    succeeded: 100,
    failed: 0,
    metAt: null,
    advanced: false,
    ...some,
  })
  const now = 10_000_000
  test.each([
    ['80 % of the wave must be final', gate, wave({ final: 79 }), { open: false, met: false }],
    ['the rate must be good', gate, wave({ succeeded: 94, failed: 6 }), { open: false, met: false }],
    ['a good wave soaks', gate, wave({ metAt: now - 60_000 }), { open: false, met: true, opensAt: now + 29 * 60_000 }],
    ['then the next opens', gate, wave({ metAt: now - 30 * 60_000 }), { open: true }],
    [
      'the sample is at most the wave',
      { ...gate, soakMinutes: 0 },
      wave({ size: 1, final: 1, succeeded: 1 }),
      { open: true },
    ],
    ['a person opens it', WaveGate.parse({ person: true }), wave({}), { open: false, met: true }],
    ['a person has opened it', WaveGate.parse({ person: true }), wave({ advanced: true }), { open: true }],
    [
      'a wave of devices that were already there holds nobody back',
      { ...gate, soakMinutes: 0 },
      wave({ succeeded: 0 }),
      { open: true },
    ],
    ['too few results yet', gate, wave({ final: 90, succeeded: 5 }), { open: false, met: false }],
  ])('%s', (_sentence, how, facts, expected) => {
    expect(waveGate(how, facts, now)).toMatchObject(expected)
  })
})

describe('the halt rule', () => {
  const rule = HaltRule.parse({})
  test('20 % of 10: the third failure of ten halts, the second does not', () => {
    expect(haltReason(rule, { succeeded: 8, failed: { download: 2 } })).toBeNull()
    expect(haltReason(rule, { succeeded: 7, failed: { download: 3 } })).toContain('3 of 10')
    expect(haltReason(rule, { succeeded: 0, failed: { download: 9 } })).toBeNull()
  })
  test('refusals never rate, and a rule may name its kinds', () => {
    expect(haltReason(rule, { succeeded: 10, failed: { refused: 50 } })).toBeNull()
    const writing = HaltRule.parse({ failurePercent: null, failureCount: 2, kinds: ['writing'] })
    expect(haltReason(writing, { succeeded: 0, failed: { download: 9, writing: 1 } })).toBeNull()
    expect(haltReason(writing, { succeeded: 0, failed: { writing: 2 } })).toContain('halts at 2')
  })
  test('until the sample is complete at most twice the sample is under way', () => {
    expect(rampLimit(rule, { succeeded: 9, failed: {} }, 300)).toBe(20)
    expect(rampLimit(rule, { succeeded: 9, failed: { download: 1 } }, 300)).toBe(300)
    expect(rampLimit(rule, { succeeded: 0, failed: {} }, 5)).toBe(5)
    expect(rampLimit(null, { succeeded: 0, failed: {} }, 300)).toBe(300)
  })
})

test('retry goes by attempts and kinds', () => {
  const retry = Retry.parse({ attempts: 2, intervalSeconds: 60, kinds: ['download'] })
  expect(retryAt(retry, { attempt: 1, failure: 'download', failedAt: 1_000 })).toBe(61_000)
  expect(retryAt(retry, { attempt: 2, failure: 'download', failedAt: 1_000 })).toBe(61_000)
  expect(retryAt(retry, { attempt: 3, failure: 'download', failedAt: 1_000 })).toBeNull()
  expect(retryAt(retry, { attempt: 1, failure: 'writing', failedAt: 1_000 })).toBeNull()
  expect(retryAt(Retry.parse({ attempts: 1 }), { attempt: 1, failure: 'refused', failedAt: 1_000 })).toBeNull()
})

test('a policy is validated as a whole and warned of what it will regret', () => {
  expect(Policy.safeParse({ waves: [{ upToPercent: 10 }] }).success).toBe(false)
  expect(Policy.safeParse({ waves: [{ upToPercent: 20 }, { upToPercent: 10 }, { upToPercent: 100 }] }).success).toBe(
    false,
  )
  expect(Policy.safeParse({ waves: [{ upToPercent: 10, upToDevices: 5 }, { upToPercent: 100 }] }).success).toBe(false)
  expect(Policy.safeParse({ unknown: 1 }).success).toBe(false)
  const policy = Policy.parse({
    window: { from: '22:00', to: '22:30' },
    waves: [{ upToDevices: 5, gate: { successPercent: 90, sample: 10 } }, { upToPercent: 100 }],
  })
  expect(lintPolicy(policy, 6).map(({ code }) => code)).toEqual([
    'windowShorterThanTimeout',
    'waveBelowSample',
    'haltNeverFires',
  ])
  expect(lintPolicy(Policy.parse({}), 100)).toEqual([])
})

test('a policy that retries what its halt rule counts is warned of counting it late', () => {
  const codes = (given: object) => lintPolicy(Policy.parse(given), null).map(({ code }) => code)
  const download = { attempts: 2, kinds: ['download'] }
  expect(codes({ retry: { attempts: 1 } })).toEqual(['haltAfterRetries'])
  expect(codes({ retry: download })).toEqual(['haltAfterRetries'])
  expect(codes({ retry: download, halt: { failurePercent: 20, kinds: ['fellBack', 'writing'] } })).toEqual([])
  expect(codes({ retry: { attempts: 1, kinds: ['refused'] } })).toEqual([])
  expect(codes({ retry: download, halt: null })).toEqual([])
})

test('a policy reads as one sentence', () => {
  const policy = Policy.parse({
    window: { from: '01:00', to: '05:00' },
    waves: [{ upToPercent: 5 }, { upToPercent: 100 }],
  })
  expect(policyWords(policy).join(', ')).toBe(
    'every day 01:00 to 05:00 Singapore time, 5 % first, stop if more than 20 % fail',
  )
})

test('a forecast is a range that honours pace, concurrency and windows', () => {
  const now = Date.parse('2026-01-02T14:00:00Z')
  const minute = 60_000
  const durations = { short: minute, long: 5 * minute }
  expect(forecast(Policy.parse({ concurrency: 10 }), 100, durations, now)).toEqual({
    earliest: now + 10 * minute,
    latest: now + 50 * minute,
  })
  expect(forecast(Policy.parse({ pacePerMinute: 10 }), 100, durations, now)).toEqual({
    earliest: now + 11 * minute,
    latest: now + 15 * minute,
  })
  const night = Policy.parse({ pacePerMinute: 1, window: { from: '22:00', to: '23:00' } })
  // 60 of 90 fit into the first night, the rest into the next
  expect(forecast(night, 90, durations, now)?.earliest).toBe(now + (24 * 60 + 30 + 1) * minute)
})
