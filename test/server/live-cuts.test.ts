import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { LiveEvent } from '#contract/manage/live.ts'
import { stoppedClock } from '#server/clock.ts'
import { createHub } from '#server/live/hub.ts'
import type { Change, LiveFilter } from '#server/ports.ts'
import type { LiveReader } from '#server/ports-engine.ts'

import { device, job, ORG, task } from './support/live.ts'

/*
 * A law that no cut may break: a browser that goes on from the last id it heard ends with the same knowledge as one
 * that was never cut, wherever the connection broke and whatever happened meanwhile.
 */

/** Devices of each job; `d2` and `d3` have tasks in both. */
const JOBS: Record<string, readonly string[]> = { j1: ['d0', 'd1', 'd2', 'd3'], j2: ['d2', 'd3', 'd4'] }
/** More than 2,000 devices at once are a flood; more than 100 wait for later turns. */
const FLEET = Array.from({ length: 2_001 }, (_, i) => `d${i}`)
/** Those that stand on the page of devices. */
const SHOWN = FLEET.slice(0, 120)

const FILTERS: LiveFilter[] = [
  { orgId: ORG, watched: [], jobs: true, devices: true },
  { orgId: ORG, watched: ['j1'], jobs: false, devices: false },
  { orgId: ORG, watched: ['j1', 'j2'], jobs: true, devices: true },
]

type Knowledge = Map<string, string>

/**
 * How often each row changed, which its name says when it is read. A row of a job also shows the state of its device.
 */
function createRows() {
  const changed = new Map<string, number>()
  const timesOf = (row: string) => changed.get(row) ?? 0
  const taskAt = (jobId: string, deviceId: string) => `${timesOf(`${jobId} ${deviceId}`)}, ${timesOf(deviceId)}`
  const nameOf = (change: Change) =>
    change.kind === 'job'
      ? change.jobId
      : change.kind === 'device'
        ? change.deviceId
        : `${change.jobId} ${change.deviceId}`
  const rows = (ids: readonly string[]) => ids.map((id) => ({ id, name: `${timesOf(id)}` }) as never)
  const reader: LiveReader = {
    jobs: async (ids) => rows(ids),
    devices: async (ids) => rows(ids),
    tasks: async (jobId, ids) =>
      ids
        .filter((id) => JOBS[jobId]?.includes(id))
        .map((deviceId) => ({ deviceId, deviceKey: taskAt(jobId, deviceId) }) as never),
  }
  return {
    reader,
    change(changes: readonly Change[]) {
      for (const change of changes) changed.set(nameOf(change), timesOf(nameOf(change)) + 1)
    },
    /** What a page that asks anew gets to see. */
    seenBy({ jobs, devices, watched }: LiveFilter): Knowledge {
      const shown: Knowledge = new Map()
      for (const jobId of Object.keys(JOBS)) if (jobs || watched.includes(jobId)) shown.set(jobId, `${timesOf(jobId)}`)
      for (const jobId of watched)
        for (const deviceId of JOBS[jobId] ?? []) shown.set(`${jobId} ${deviceId}`, taskAt(jobId, deviceId))
      if (devices) for (const deviceId of SHOWN) shown.set(deviceId, `${timesOf(deviceId)}`)
      return shown
    },
  }
}
type Rows = ReturnType<typeof createRows>

/** Heard events after which the connection breaks, and turns for which the browser then stays away. */
interface Cut {
  after: number
  away: number
}

/** A page that writes down what it hears, and that nothing reaches once its connection is cut. */
function openBrowser(hub: ReturnType<typeof createHub>, rows: Rows, filter: LiveFilter, plan: readonly Cut[]) {
  const cuts = [...plan]
  const ids: number[] = []
  let known: Knowledge = new Map()
  let lastId: string | undefined
  let away = 0
  let heard = 0
  let leave = (): void => {}

  function write({ name, data }: LiveEvent): void {
    if (name === 'reset' || (name === 'tasks' && data.more)) known = rows.seenBy(filter)
    else if (name === 'job') known.set(data.job.id, data.job.name)
    else if (name === 'device') known.set(data.device.id, data.device.name ?? '')
    else if (name === 'tasks')
      for (const { deviceId, deviceKey } of data.tasks) known.set(`${data.jobId} ${deviceId}`, deviceKey)
  }

  function connect(): void {
    let isCut = false
    leave = hub.subscribe(filter, lastId, {
      send(event, id) {
        if (isCut) return
        lastId = id
        ids.push(Number(id.split('-').at(-1)))
        write(event)
        heard += 1
        const [next] = cuts
        if (!next || heard < next.after) return
        cuts.shift()
        heard = 0
        isCut = true
        away = next.away + 1
        // as a connection does that breaks: noticed after whatever was said in the same moment
        queueMicrotask(() => leave())
      },
    })
  }
  connect()
  return {
    filter,
    plan,
    ids,
    known: () => known,
    /** Comes back when it has been away long enough; at the end at once, and for good. */
    turn(isEnd = false) {
      if (isEnd) cuts.length = 0
      if (away === 0) return
      away = isEnd ? 0 : away - 1
      if (away === 0) connect()
    },
  }
}

const tasks = Object.entries(JOBS).flatMap(([jobId, ids]) => ids.map((id) => task(id, jobId)))
const devices = (ids: readonly string[]) => ids.map((id) => device(id))
const jobs = Object.keys(JOBS).map((id) => job(id))

const few = fc.array(
  fc.oneof(fc.constantFrom(...tasks), fc.constantFrom(...devices(['d0', 'd2', 'd4', 'd5'])), fc.constantFrom(...jobs)),
  { minLength: 1, maxLength: 6 },
)
/** What changes in each turn. */
const history = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: few },
    { weight: 1, arbitrary: fc.constant(devices(FLEET.slice(0, 150))) },
    { weight: 1, arbitrary: fc.constant(devices(FLEET)) },
  ),
  { minLength: 2, maxLength: 8 },
)

/** Lets a history happen before browsers of each filter, one for each plan of cuts. */
async function live(turns: readonly (readonly Change[])[], plans: readonly (readonly Cut[])[]) {
  const rows = createRows()
  const clock = stoppedClock(1_000_000)
  const failures: unknown[] = []
  const quiet = () => {}
  const log = { debug: quiet, info: quiet, warn: quiet, error: (said: unknown) => failures.push(said) }
  const hub = createHub({ reader: rows.reader, clock, log, epoch: 'first' })
  const browsers = FILTERS.flatMap((filter) => plans.map((plan) => openBrowser(hub, rows, filter, plan)))
  const settle = async () => {
    await clock.advance(100, hub.idle)
    await hub.idle()
  }
  for (const changes of turns) {
    rows.change(changes)
    hub.announce(changes)
    await settle()
    for (const browser of browsers) browser.turn()
    await hub.idle()
  }
  for (const browser of browsers) browser.turn(true)
  // devices that waited are told 100 at a time
  for (let i = 0; i < 3 + 2 * turns.length; i += 1) await settle()
  expect(failures).toEqual([])
  return { browsers, rows, hub }
}

const LONGEST = 14
/** Cut after each event; and again after each of what it is told when it comes back. */
const plans: Cut[][] = [
  [],
  ...Array.from({ length: LONGEST }, (_, i) => i + 1).flatMap((after) => [
    [{ after, away: after % 3 }],
    ...[1, 2, 3, 4, 5].map((again) => [
      { after, away: (after + again) % 4 },
      { after: again, away: again % 2 },
      { after: 2, away: 0 },
    ]),
  ]),
]

describe('a browser whose connection is cut', () => {
  test('ends knowing what one knows that was never cut, wherever the cut was', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (turns) => {
        const { browsers, rows, hub } = await live(turns, plans)
        for (const { filter, plan, known, ids } of browsers) {
          const old = [...rows.seenBy(filter)].filter(([row, state]) => known().get(row) !== state)
          expect({ plan, old }).toEqual({ plan, old: [] })
          expect(ids.every((id, i) => id >= (ids[i - 1] ?? 0))).toBe(true)
        }
        // nobody who was cut is still spoken to
        expect(hub.streams()).toBe(browsers.length)
      }),
      { seed: 7, numRuns: 15 },
    )
  })
})
