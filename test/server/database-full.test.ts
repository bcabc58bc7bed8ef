import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'

import type { Db } from '#server/db/open.ts'
import { openSqlite } from '#server/db/sqlite.ts'

let folder: string
let db: Db
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'full-'))
  db = await openSqlite(folder)
})
afterEach(async () => {
  await db.close()
  await rm(folder, { recursive: true })
})

test('a full disk is called that, and nothing of the transaction stays', async () => {
  await db.transact((trx) => sql`create table heap (bytes blob)`.execute(trx))
  // what a full disk is to the database: no page can be added
  await db.transact((trx) => sql`pragma max_page_count = 1`.execute(trx))
  const fill = db.transact(async (trx) => {
    for (let row = 0; row < 100; row++) await sql`insert into heap values (zeroblob(4000))`.execute(trx)
  })
  await expect(fill).rejects.toThrow('database or disk is full')
  await db.transact((trx) => sql`pragma max_page_count = 1000000`.execute(trx))
  expect((await sql`select 1 from heap`.execute(db.read)).rows).toEqual([])
  await db.transact((trx) => sql`insert into heap values (zeroblob(4000))`.execute(trx))
  expect((await sql`select 1 from heap`.execute(db.read)).rows).toHaveLength(1)
})
