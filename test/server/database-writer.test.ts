import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databases, openTestDatabase, type TestDatabase } from './support/databases.ts'

describe.each(databases)('a transaction on %s', (name) => {
  let [one, other]: TestDatabase[] = []
  beforeEach(async () => {
    one = await openTestDatabase(name)
    other = await openTestDatabase(name)
  })
  afterEach(async () => {
    await one!.dispose()
    await other!.dispose()
  })

  test('refuses another one inside of it, which would wait for itself', async () => {
    const { transact } = one!.db
    await expect(transact(() => transact(async () => {}))).rejects.toThrow('transact() was called inside transact()')
    expect(await transact(async () => 'after it')).toBe('after it')
  })

  test('lets what it began outlive it, and another database write', async () => {
    const { transact } = one!.db
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    const later = await transact(async () => ({ told: ended.then(() => transact(async () => 'later')) }))
    end()
    expect(await later.told).toBe('later')
    expect(await transact(() => other!.db.transact(async () => 'elsewhere'))).toBe('elsewhere')
  })
})
