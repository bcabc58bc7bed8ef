import { expect, test } from 'vitest'

import type { Firmware } from '#contract/manage/firmware.ts'

import { checksOf, isAccepted, type Check } from './checks.ts'
import { inspect } from './inspect.ts'

const MAX_BYTES = 1_000
const file = (bytes: BlobPart, name = 'meter-fw-1.5.bin') => new File([bytes], name)
const binary = file(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 0xff, 0xfe]))
const said = (checks: Check[]) => Object.fromEntries(checks.map(({ label, state }) => [label, state]))

async function checked(chosen: File, same: Firmware | null | undefined = null): Promise<Check[]> {
  const inspection = await inspect(chosen, MAX_BYTES, () => undefined)
  return checksOf({ file: chosen, maxBytes: MAX_BYTES, inspected: { doneBytes: chosen.size, inspection }, same })
}

test('a binary file passes every check and shows both digests', async () => {
  const checks = await checked(binary)
  expect(said(checks)).toEqual({
    Name: 'passed',
    Size: 'passed',
    Kind: 'passed',
    'SHA-256': 'passed',
    MD5: 'passed',
    'New here': 'passed',
  })
  expect(checks.find(({ label }) => label === 'SHA-256')?.detail).toMatch(/^[0-9a-f]{64}$/)
  expect(isAccepted(checks)).toBe(true)
})

test('text under a binary name fails by its kind', async () => {
  const checks = await checked(file('echo hello\n'.repeat(20)))
  expect(checks.find(({ label }) => label === 'Kind')).toMatchObject({ state: 'failed', detail: /text file/ })
  expect(isAccepted(checks)).toBe(false)
})

test.each([
  ['an empty file', file(''), /empty/],
  ['a file above the limit', file(new Uint8Array(MAX_BYTES + 1)), /too large/],
])('%s fails by its size, before a byte is read', (_what, chosen, reason) => {
  const checks = checksOf({ file: chosen, maxBytes: MAX_BYTES, inspected: { doneBytes: 0 }, same: null })
  expect(said(checks)).toEqual({ Name: 'passed', Size: 'failed' })
  expect(checks.at(-1)?.detail).toMatch(reason)
})

test('while the file is read the lines say how far', () => {
  const checks = checksOf({ file: binary, maxBytes: MAX_BYTES, inspected: { doneBytes: 5 }, same: undefined })
  expect(checks.filter(({ state }) => state === 'pending').map(({ detail }) => detail)).toEqual(
    Array.from({ length: 3 }, () => '50 % read'),
  )
  expect(isAccepted(checks)).toBe(false)
})

test('the same bytes under another name are a note and no refusal', async () => {
  const checks = await checked(binary, { name: 'meter-fw', version: '1.4.0' } as Firmware)
  expect(checks.at(-1)).toMatchObject({ state: 'noted', detail: /already here as meter-fw 1.4.0/ })
  expect(isAccepted(checks)).toBe(true)
})

test('a file that cannot be read any more says so', () => {
  const inspected = { doneBytes: 0, unreadable: 'not found' }
  const checks = checksOf({ file: binary, maxBytes: MAX_BYTES, inspected, same: null })
  expect(checks.at(-1)).toMatchObject({ label: 'Kind', state: 'failed', detail: /cannot be read/ })
})
