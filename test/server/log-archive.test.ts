import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { DEPLOYMENT } from '#domain/log-words.ts'
import { stoppedClock, type MovableClock } from '#server/clock.ts'
import { createLogArchive } from '#server/db/log-archive.ts'
import { appendLog } from '#server/db/log.ts'
import type { LogArchiveStore } from '#server/ports-activity.ts'
import { createLogRetention } from '#server/storage/log-archive.ts'

import { databases, openTestDatabase, type TestDatabase } from './support/databases.ts'

const START = Date.UTC(2026, 0, 20)
const DAY = 86_400_000
const [JANUARY, MARCH] = [700, 3]

describe.each(databases)('the archive of the log on %s', (database) => {
  let stored: TestDatabase
  let clock: MovableClock
  let folder: string
  beforeEach(async () => {
    stored = await openTestDatabase(database)
    clock = stoppedClock(START)
    folder = join(await mkdtemp(join(tmpdir(), 'ota-archive-')), 'log-archive')
    await happen('hdb', JANUARY)
    await happen('nea', 1)
  })
  afterEach(async () => {
    await stored.dispose()
    await rm(join(folder, '..'), { recursive: true, force: true })
  })

  /** Lines of now, several of them in one millisecond. */
  const happen = (orgId: string, count: number) => {
    const at = (n: number) => clock.now() + Math.floor(n / 3)
    const actor = { kind: 'user', id: 'user-1', name: 'Olivia', address: '10.0.0.1' } as const
    const object = { kind: 'policy', id: 'policy-1' }
    const lines = Array.from({ length: count }, (_, n) => ({
      orgId,
      at: at(n),
      actor,
      object,
      action: 'policy.updated',
      summary: `${orgId} ${n}`,
      data: { before: { name: 'Old' }, after: { name: 'New' } },
    }))
    return stored.db.transact((trx) => appendLog({ trx, dialect: stored.db.dialect }, lines))
  }
  const goTo = (month: number, day = 1) => clock.advance(Date.UTC(2026, month - 1, day) - clock.now())
  const archive = () => createLogArchive(stored.db, clock)
  const retain = (store: LogArchiveStore = archive(), keepMonths = 1) =>
    createLogRetention(store, clock, { folder, keepMonths })()
  const log = async () => {
    const rows = await stored.db.read.selectFrom('log').selectAll().orderBy('id').execute()
    return rows.map(({ org_id, action, data }) => [org_id, action, (JSON.parse(data) as { summary: string }).summary])
  }
  const archived = async (file: string) =>
    gunzipSync(await readFile(join(folder, file)))
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { orgId: string; summary: string; data: object; at: string })
  const steps = [
    [DEPLOYMENT, 'log.archived', 'The log of 2026-01 was archived: 701 lines in log-2026-01.jsonl.gz.'],
    ['hdb', 'log.dropped', '700 lines of 2026-01 left the log, because an archive holds them.'],
    ['nea', 'log.dropped', '1 line of 2026-01 left the log, because an archive holds them.'],
  ]
  const files = () => readdir(folder).catch(() => [])

  test('a month is written whole and then dropped once it is old enough, and not a day before', async () => {
    await goTo(2, 28)
    await retain()
    expect([(await log()).length, await files()]).toEqual([JANUARY + 1, []])
    await goTo(3)
    await happen('hdb', MARCH)
    await retain()
    const lines = await archived('log-2026-01.jsonl.gz')
    expect(lines.map(({ orgId, summary }) => [orgId, summary])).toEqual([
      ...Array.from({ length: JANUARY }, (_, n) => ['hdb', `hdb ${n}`]),
      ['nea', 'nea 0'],
    ])
    expect(lines[0]).toMatchObject({
      at: new Date(START).toISOString(),
      actor: { kind: 'user', name: 'Olivia', address: '10.0.0.1' },
      object: { kind: 'policy', id: 'policy-1' },
      action: 'policy.updated',
      data: { before: { name: 'Old' }, after: { name: 'New' } },
    })
    expect((await log()).slice(MARCH)).toEqual(steps)
    // what is done is done: neither the same month again nor the months that are still kept
    await retain()
    expect([(await log()).length, await files()]).toEqual([MARCH + steps.length, ['log-2026-01.jsonl.gz']])
  })

  test('nothing is archived where the log is kept for ever', async () => {
    await clock.advance(4_000 * DAY)
    await retain(archive(), 0)
    expect([(await log()).length, await files()]).toEqual([JANUARY + 1, []])
  })

  test('the log still refuses every change, also of months beside the one that is being dropped', async () => {
    await goTo(3)
    await happen('hdb', MARCH)
    const store = archive()
    await expect(retain({ ...store, drop: () => Promise.reject(new Error('killed')) })).rejects.toThrow('killed')
    const change = () => stored.db.transact((trx) => trx.updateTable('log').set({ action: 'x' }).execute())
    const remove = (from: number) =>
      stored.db.transact((trx) => trx.deleteFrom('log').where('at', '>=', from).execute())
    await expect(change()).rejects.toThrow('append-only')
    await expect(remove(Date.UTC(2026, 1, 1))).rejects.toThrow('append-only')
    await retain()
    await expect(remove(0)).rejects.toThrow('append-only')
  })

  test.each(['archived', 'drop'] as const)(
    'a process that dies before it is done (%s) loses nothing, and archives nothing twice',
    async (step) => {
      await goTo(3)
      await expect(retain({ ...archive(), [step]: () => Promise.reject(new Error('killed')) })).rejects.toThrow(
        'killed',
      )
      expect((await log()).length).toBeGreaterThan(JANUARY)
      await stored.reopen()
      await retain()
      expect(await archived('log-2026-01.jsonl.gz')).toHaveLength(JANUARY + 1)
      expect([await log(), await files()]).toEqual([steps, ['log-2026-01.jsonl.gz']])
    },
  )

  test('a process that dies in the middle of dropping goes on where it was', async () => {
    await goTo(3)
    await expect(retain({ ...archive(), drop: () => Promise.reject(new Error('killed')) })).rejects.toThrow('killed')
    await stored.db.transact(async (trx) => {
      const some = trx.selectFrom('log').select('id').where('org_id', '=', 'hdb').limit(300)
      await trx.deleteFrom('log').where('id', 'in', some).execute()
      await trx.updateTable('log_archives').set({ dropped: 300 }).execute()
    })
    await retain()
    expect(await log()).toEqual(steps)
    expect(await archived('log-2026-01.jsonl.gz')).toHaveLength(JANUARY + 1)
  })

  test('nothing is dropped that the file does not hold: it is gone, is another one, or lines came later', async () => {
    await goTo(3)
    await expect(retain({ ...archive(), drop: () => Promise.reject(new Error('killed')) })).rejects.toThrow('killed')
    const path = join(folder, 'log-2026-01.jsonl.gz')
    const whole = await readFile(path)
    const before = await log()
    await writeFile(path, whole.subarray(0, 100))
    await expect(retain()).rejects.toThrow('is not what was archived')
    await rm(path)
    await expect(retain()).rejects.toThrow('is not what was archived')
    await writeFile(path, whole)
    clock.jump(Date.UTC(2026, 0, 31) - clock.now())
    await happen('hdb', 1)
    await expect(retain()).rejects.toThrow('has 702 lines of 2026-01 and log-2026-01.jsonl.gz accounts for 701')
    expect((await log()).length).toBe(before.length + 1)
  })
})
