import { expect, test } from 'vitest'

import { counted, percent, size } from './bytes.ts'
import { anyOf, splitPasted } from './lists.ts'
import { paths, safeNext } from './paths.ts'
import { createSpeedometer } from './speed.ts'
import { ago, dateTime, duration, fromLocalInput, localInput } from './time.ts'
import { guessFromName } from './versions.ts'

test.each([
  ['fan-fw_v1.5.0.bin', 'fan-fw', '1.5.0'],
  ['meter-fw-1.6.0-rc.1.img', 'meter-fw', '1.6.0-rc.1'],
  ['lift 2.1.tar.gz', 'lift', '2.1'],
  ['rootfs.swu', 'rootfs', ''],
  ['3.0.1.bin', '', '3.0.1'],
  ['archive-2026.bin', 'archive-2026', ''],
])('the name %s says %s and %s', (fileName, name, version) => {
  expect(guessFromName(fileName)).toEqual({ name, version })
})

test.each([
  [1, '1 byte'],
  [1_023, '1,023 bytes'],
  [4_096, '4 kB'],
  [104_857_600, '100 MB'],
])('%i bytes are said as %s', (bytes, words) => expect(size(bytes)).toBe(words))

test('percentages are cut: what is not whole is not 100', () => {
  expect([percent(999, 1000), percent(1000, 1000), percent(0, 0)]).toEqual([99, 100, 0])
})

test('one is singular, many are grouped', () => {
  expect([counted(1, 'device'), counted(1_204, 'device'), counted(2, 'entry', 'entries')]).toEqual([
    '1 device',
    '1,204 devices',
    '2 entries',
  ])
})

test('times are told in the zone of the organisation', () => {
  expect(dateTime('2026-01-10T18:03:07.000Z', 'Asia/Singapore')).toBe('2026-01-11 02:03:07')
})

test.each([
  [-4, 'just now'],
  [-61, '1 minute ago'],
  [-7_200, '2 hours ago'],
  [-172_800, '2 days ago'],
  [30, 'in a moment'],
  [7_200, 'in 2 hours'],
])('%i seconds away is %s', (seconds, words) => {
  expect(ago(new Date(seconds * 1000).toISOString(), 0)).toBe(words)
})

test.each([
  [42, '42 s'],
  [300, '5 min'],
  [5_400, '1 h 30 min'],
  [7_200, '2 h'],
])('%i seconds last %s', (seconds, words) => expect(duration(seconds)).toBe(words))

test('pasted keys are split by whatever stands between them, each once', () => {
  expect(splitPasted(' a-1,b-2\n\nc-3;a-1\td-4 ')).toEqual(['a-1', 'b-2', 'c-3', 'd-4'])
})

test('a long list of versions is cut', () => {
  expect([anyOf(['1.3', '1.4']), anyOf(['1', '2', '3', '4', '5', '6'])]).toEqual([
    '1.3 or 1.4',
    '1, 2, 3, 4 or 2 others',
  ])
})

test.each([
  ['/orgs/hdb/jobs?state=started', '/orgs/hdb/jobs?state=started'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  [null, '/'],
])('after signing in, next=%s leads to %s', (next, to) => expect(safeNext(next)).toBe(to))

test('paths leave out what is not asked and encode what is', () => {
  expect(paths.devices('hdb', { product: 'A&B', version: undefined, q: '' })).toBe('/orgs/hdb/devices?product=A%26B')
})

test('speed is measured over the last seconds only', () => {
  const speed = createSpeedometer()
  expect(speed(0, 0)).toBeNull()
  expect(speed(1_000, 1_000)).toBe(1_000)
  speed(1_000, 9_000)
  expect(speed(6_000, 10_000)).toBe(5_000)
})

test.each([
  ['2026-01-10T22:00', 'Asia/Singapore', '2026-01-10T14:00:00.000Z'],
  ['2026-03-29T12:00', 'Europe/Berlin', '2026-03-29T10:00:00.000Z'],
  ['2026-03-29T01:30', 'Europe/Berlin', '2026-03-29T00:30:00.000Z'],
])('%s in %s is one moment, and is shown as it was typed', (local, zone, iso) => {
  expect(fromLocalInput(local, zone)).toBe(iso)
  expect(localInput(iso, zone)).toBe(local)
})

test('what is no time is no moment', () => expect(fromLocalInput('', 'Asia/Singapore')).toBeUndefined())
