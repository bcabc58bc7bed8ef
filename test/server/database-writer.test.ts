import { expect, test } from 'vitest'

import { openTestDatabase } from './support/databases.ts'

test('a transaction inside a transaction is refused at once, for it would wait for itself', async () => {
  const { db, dispose } = await openTestDatabase('sqlite')
  const within = db.transact(() => db.transact(async () => 'never'))
  await expect(within).rejects.toThrow('transact() was called inside transact()')
  expect(await db.transact(async () => 'the next one')).toBe('the next one')
  await dispose()
})

test('inside one, that of another database goes, and so does what only follows it', async () => {
  const [here, there] = [await openTestDatabase('sqlite'), await openTestDatabase('sqlite')]
  let commit = () => {}
  const isCommitted = new Promise<void>((resolve) => (commit = resolve))
  let afterwards: Promise<string> | undefined
  const inside = await here.db.transact(async () => {
    // as a timer that is armed there: what ran around it stays with it
    afterwards = isCommitted.then(() => here.db.transact(async () => 'afterwards'))
    return there.db.transact(async () => 'another')
  })
  commit()
  expect([inside, await afterwards]).toEqual(['another', 'afterwards'])
  await here.dispose()
  await there.dispose()
})
