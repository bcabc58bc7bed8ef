import { expect, test } from 'vitest'

import { looksOlder, warnOfOlderTarget } from '#domain/versions.ts'

/** The order that semver.org gives as its example, and what stands around it. */
const ORDER = [
  '0.9.9',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1',
  '1.2.0',
  '1.10.0',
  '2.0.0',
  '99999999999999999999999.0.0',
]

test('versions are ordered as semantic versioning orders them', () => {
  for (const [i, target] of ORDER.entries())
    for (const [j, source] of ORDER.entries())
      expect([target, source, looksOlder(target, source)]).toEqual([target, source, i < j])
})

test('what stands behind a plus decides nothing', () => {
  expect([looksOlder('1.0.0+a', '1.0.0+b'), looksOlder('1.0.0+b', '1.0.0')]).toEqual([false, false])
  expect(looksOlder('1.0.0+b', '1.0.1+a')).toBe(true)
})

test.each(['1.0', '1.0.0.0', 'v1.0.0', '01.0.0', '1.0.0-01', '1.0.0-', '1.0.0-a..b', '', 'spring', '-1.0.0', '1.0.0 '])(
  'of “%s”, which is none, nothing is said',
  (text) => {
    expect([looksOlder(text, '9.0.0'), looksOlder('0.0.1', text)]).toEqual([false, false])
  },
)

test('the warning counts the devices that would go back and names what they run', () => {
  const on = (...versions: string[]) => versions.map((version, i) => ({ version, count: i + 1 }))
  expect(warnOfOlderTarget('1.0.0', on('0.9.0', '1.0.0', '1.0', ''))).toEqual([])
  expect(warnOfOlderTarget('1.0.0', on('1.0.1'))).toEqual([
    {
      code: 'targetLooksOlder',
      path: 'firmwareId',
      title: '1.0.0 looks older than what 1 device runs now (1.0.1): going back may not work.',
    },
  ])
  const [warning] = warnOfOlderTarget('1.0.0', on('1.0.1', '0.1.0', '1.1.0', '2.0.0', '3.0.0'))
  expect(warning?.title).toBe(
    '1.0.0 looks older than what 13 devices run now (1.0.1, 1.1.0, 2.0.0 and 1 more): going back may not work.',
  )
})
