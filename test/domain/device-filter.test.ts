import { describe, expect, test } from 'vitest'

import { askedTag, hasTag, isUnseen, unseenBefore } from '#domain/device-filter.ts'

describe('a tag that is asked for', () => {
  const tags = { site: 'tampines', 'floor/unit': '12=3', empty: '' }

  test.each([
    ['site', true],
    ['site=tampines', true],
    ['site=tamp', false],
    ['site=', false],
    ['empty=', true],
    ['floor/unit=12=3', true],
    ['tampines', false],
    ['toString', false],
  ])('%s is had: %s', (asked, had) => {
    expect(hasTag(tags, askedTag(asked))).toBe(had)
  })
})

describe('not seen for seven days', () => {
  const now = Date.UTC(2026, 0, 31)
  const day = 86_400_000
  const before = unseenBefore(7, now)
  const away = { connection: 'offline', lastSeenAt: now - 8 * day, createdAt: 0 } as const

  test.each([
    ['offline for eight days', away, true],
    ['offline for seven', { ...away, lastSeenAt: now - 7 * day }, false],
    ['online, and silent', { ...away, connection: 'online' as const }, false],
    ['registered eight days ago and never there', { ...away, lastSeenAt: null, createdAt: now - 8 * day }, true],
    ['registered today and not there yet', { ...away, lastSeenAt: null, createdAt: now }, false],
  ])('%s', (_, device, unseen) => {
    expect(isUnseen(device, before)).toBe(unseen)
  })
})
