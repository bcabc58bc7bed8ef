import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { isCounting, Scope, type Counting } from '#contract/manage/jobs.ts'
import type { EngineStore } from '#server/ports-engine.ts'

import { databases } from './support/databases.ts'
import { createWorld, MINUTE, type World } from './support/engine.ts'
import { addFirmware, addFleet, ORG } from './support/rows.ts'

const DEVICES = 2_000
/** Chunks of 500, and the one that is empty. */
const READS = 5
const GONE = { problem: { status: 404, title: 'This preview is not kept any more. Ask for it again.' } }

/** Lets so many reads of devices through as the test allows; the others wait. */
function turnstile() {
  const waiting: (() => void)[] = []
  let free = 0
  const gate = {
    reads: 0,
    error: null as Error | null,
    let(n: number) {
      for (let left = n; left > 0; left -= 1) {
        const next = waiting.shift()
        if (next) next()
        else free += 1
      }
    },
    async pass() {
      gate.reads += 1
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      if (gate.error) throw gate.error
    },
    into: (store: EngineStore): EngineStore => ({
      ...store,
      read: {
        ...store.read,
        async devicesAfter(...asked) {
          await gate.pass()
          return store.read.devicesAfter(...asked)
        },
      },
    }),
  }
  return gate
}

describe.each(databases)('a preview of many devices, on %s', (database) => {
  let world: World
  let gate: ReturnType<typeof turnstile>
  let firmwareId: string
  beforeEach(async () => {
    gate = turnstile()
    world = await createWorld(database, { intoStore: gate.into, previewAtOnce: 1_000 })
    await addFleet(world.db, DEVICES)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    gate.let(1_000)
    await world.dispose()
  })

  const by = (userId: string, orgId = ORG) => ({ orgId, userId })
  /** Asks for all devices of the product. */
  async function begin(userId = 'olivia'): Promise<Counting> {
    const order = { type: 'upgrade', firmwareId, scope: Scope.parse({}) } as const
    const answer = await world.engine.jobs.preview(by(userId), order)
    if (!isCounting(answer)) throw new Error('It was counted at once.')
    return answer
  }
  const ask = ({ handle }: Counting, userId = 'olivia') => world.engine.jobs.previewed(by(userId), handle)
  const counted = (counting: Counting, userId?: string) =>
    expect.poll(() => ask(counting, userId)).toMatchObject({ matched: DEVICES })

  test('is promised at once, tells how far it is, and is there when all are counted', async () => {
    const promise = await begin()
    expect(promise).toEqual({ handle: expect.any(String), devices: DEVICES, seen: 0 })
    gate.let(2)
    await expect.poll(() => ask(promise)).toEqual({ ...promise, seen: 1_000 })
    gate.let(READS - 2)
    await expect.poll(() => ask(promise)).toMatchObject({ matched: DEVICES, byVersion: [{ version: '1.0' }] })
    expect(await ask(promise)).toMatchObject({ matched: DEVICES })
  })

  test('is nobody’s but its maker’s, and of one organisation', async () => {
    const promise = await begin()
    await expect(ask(promise, 'otto')).rejects.toMatchObject(GONE)
    await expect(world.engine.jobs.previewed(by('olivia', 'other'), promise.handle)).rejects.toMatchObject(GONE)
    expect(await ask(promise)).toEqual(promise)
  })

  test('ends the former one of the same person, which reads no further', async () => {
    const [former, newer] = [await begin(), await begin()]
    await expect(ask(former)).rejects.toMatchObject(GONE)
    gate.let(2 * READS)
    await counted(newer)
    expect(gate.reads).toBe(1 + READS)
  })

  test('is not counted on when nobody asks for it any more', async () => {
    const left = await begin('otto')
    await world.advance(61_000)
    gate.let(2 * READS)
    const other = await begin()
    await counted(other)
    await expect(ask(left, 'otto')).rejects.toMatchObject(GONE)
    expect(gate.reads).toBe(1 + READS)
  })

  test('is counted on as long as somebody asks, and kept for some minutes', async () => {
    const promise = await begin()
    for (let turn = 0; turn < 3; turn += 1) {
      await world.advance(50_000)
      expect(await ask(promise)).toEqual(promise)
    }
    gate.let(READS)
    await counted(promise)
    await world.advance(4 * MINUTE)
    expect(await ask(promise)).toMatchObject({ matched: DEVICES })
    await world.advance(MINUTE)
    await expect(ask(promise)).rejects.toMatchObject(GONE)
  })

  test('waits for its turn while two others are counted', async () => {
    const [one, two, three] = [await begin('olivia'), await begin('otto'), await begin('ada')]
    await expect.poll(() => gate.reads).toBe(2)
    expect(await ask(three, 'ada')).toEqual(three)
    gate.let(3 * READS)
    await counted(one)
    await counted(two, 'otto')
    await counted(three, 'ada')
  })

  test('is forgotten when two hundred others were asked for since', async () => {
    const first = await begin('person 0')
    const second = await begin('person 1')
    for (let n = 2; n <= 200; n += 1) await begin(`person ${n}`)
    await expect(ask(first, 'person 0')).rejects.toMatchObject(GONE)
    expect(await ask(second, 'person 1')).toEqual(second)
  })

  test('that failed says so to whoever asks', async () => {
    const promise = await begin()
    gate.error = new Error('The database is away')
    gate.let(1)
    await expect.poll(() => ask(promise).catch((error: unknown) => error)).toBe(gate.error)
  })

  test('does not keep the service from ending', async () => {
    await begin()
    await expect.poll(() => gate.reads).toBe(1)
    const stopped = world.engine.stop()
    gate.let(1)
    await stopped
    expect(gate.reads).toBe(1)
  })
})
