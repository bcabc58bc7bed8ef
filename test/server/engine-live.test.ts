import { beforeEach, describe, expect, test } from 'vitest'

import type { LiveEvent } from '#contract/manage/live.ts'
import { stoppedClock } from '#server/clock.ts'
import { createHub } from '#server/live/hub.ts'
import type { Change, LiveFilter } from '#server/ports.ts'
import type { LiveReader } from '#server/ports-engine.ts'

const ORG = 'org-1'
const JOB = 'job-1'
const job = (jobId = JOB, orgId = ORG): Change => ({ kind: 'job', orgId, jobId })
const task = (deviceId: string, jobId = JOB): Change => ({ kind: 'task', orgId: ORG, jobId, deviceId })
const device = (deviceId: string, orgId = ORG): Change => ({ kind: 'device', orgId, deviceId })

/** What a browser heard, in short: names with what they carry; beats are left out. */
const inWords = ({ name, data }: LiveEvent): string | null => {
  if (name === 'job') return `job ${data.job.id}`
  if (name === 'device') return `device ${data.device.id}`
  if (name === 'tasks')
    return `tasks ${data.tasks.map(({ deviceId }) => deviceId).join(',')}${data.more ? ' and more' : ''}`
  return name === 'beat' ? null : name
}

describe('the live hub', () => {
  let reads: string[]
  let broken: boolean
  /** What reading waits for. */
  let held: Promise<void>
  let setUp: ReturnType<typeof start>
  const gone = new Set<string>()

  function start(epoch = 'first') {
    reads = []
    broken = false
    held = Promise.resolve()
    gone.clear()
    const clock = stoppedClock(1_000_000)
    const read = <T>(what: string, ids: readonly string[]): T[] => {
      if (broken) throw new Error('the database is away')
      reads.push(...ids.map((id) => `${what} ${id}`))
      return ids.filter((id) => !gone.has(id)).map((id) => ({ id, deviceId: id }) as T)
    }
    const reader: LiveReader = {
      jobs: async (ids) => held.then(() => read('job', ids)),
      tasks: async (_, ids) => read('task', ids),
      devices: async (ids) => read('device', ids),
    }
    const failures: string[] = []
    const log = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (_: object, said: string) => failures.push(said),
    }
    const hub = createHub({ reader, clock, log, epoch })
    const watch = async (filter: Partial<LiveFilter> = {}, lastEventId?: string) => {
      const heard: string[] = []
      const ids: string[] = []
      const beatIds: string[] = []
      const leave = hub.subscribe({ orgId: ORG, watched: [], jobs: false, devices: false, ...filter }, lastEventId, {
        send(event, id) {
          if (event.name === 'beat') beatIds.push(id)
          else ids.push(id)
          heard.push(...[inWords(event)].flatMap((words) => words ?? []))
        },
      })
      await hub.idle()
      return {
        heard,
        ids,
        leave,
        beats: () => beatIds.length,
        lastBeatId: () => beatIds.at(-1),
        lastId: () => ids.at(-1),
      }
    }
    const tell = async (changes: Change[]) => {
      hub.announce(changes)
      await clock.advance(100)
      await hub.idle()
    }
    return { hub, clock, watch, tell, failures }
  }
  beforeEach(() => {
    setUp = start()
  })

  test('a browser hears what it asked for, of its own organisation only', async () => {
    const { watch, tell } = setUp
    const [all, one, devices] = [
      await watch({ jobs: true }),
      await watch({ watched: [JOB] }),
      await watch({ devices: true }),
    ]
    await tell([
      job(),
      job('job-2'),
      job('job-3', 'org-2'),
      task('a'),
      task('b', 'job-2'),
      device('d'),
      device('e', 'org-2'),
    ])
    expect(all.heard).toEqual(['reset', 'job job-1', 'job job-2'])
    expect(one.heard).toEqual(['reset', 'job job-1', 'tasks a,d'])
    expect(devices.heard).toEqual(['reset', 'device d'])
  })

  test('each changed row is read once, however many watch and however often it changed', async () => {
    const { watch, tell } = setUp
    for (let i = 0; i < 20; i += 1) await watch({ watched: [JOB], jobs: true })
    await tell([job(), task('a'), task('a'), job(), task('b')])
    expect(reads).toEqual(['job job-1', 'task a', 'task b'])
  })

  test('who watches a job hears of its devices that come and go, and of no others', async () => {
    const { watch, tell } = setUp
    const browser = await watch({ watched: [JOB] })
    gone.add('stranger')
    await tell([device('stranger')])
    await tell([device('a'), device('stranger')])
    expect(browser.heard).toEqual(['reset', 'tasks a'])
    expect(reads).not.toContain('device a')
  })

  test('nothing is read when nobody watches', async () => {
    await setUp.tell([job(), task('a'), device('d')])
    expect(reads).toEqual([])
  })

  test('tasks come at most ten times a second, and not more than a page can show', async () => {
    const { watch, tell, hub, clock } = setUp
    const browser = await watch({ watched: [JOB] })
    for (let ms = 0; ms < 1_000; ms += 10) {
      hub.announce([task(`d${ms}`), device(`c${ms}`)])
      await clock.advance(10)
      await hub.idle()
    }
    await clock.advance(100)
    await hub.idle()
    expect(browser.heard.length).toBeLessThanOrEqual(11)
    await tell(Array.from({ length: 300 }, (_, i) => task(`e${i}`)))
    expect(browser.heard.at(-1)).toMatch(/^tasks e0,.*,e199 and more$/)
  })

  test('a browser that comes back hears what it missed, each row once and as it is now', async () => {
    const { watch, tell } = setUp
    const browser = await watch({ watched: [JOB] })
    await tell([job()])
    browser.leave()
    await tell([task('a'), job('job-2')])
    await tell([job(), task('b'), task('a')])
    const back = await watch({ watched: [JOB] }, browser.lastId())
    expect(back.heard).toEqual(['job job-1', 'tasks a,b'])
    // and goes on from there
    await tell([task('c')])
    expect(back.heard.at(-1)).toBe('tasks c')
    const again = await watch({ watched: [JOB] }, back.lastId())
    expect(again.heard).toEqual([])
  })

  test('one that was away too long, or knew another process, is told to ask again', async () => {
    const { watch, tell } = setUp
    const browser = await watch({ jobs: true })
    await tell([job('first')])
    for (let turn = 0; turn < 111; turn += 1) await tell(Array.from({ length: 100 }, (_, i) => job(`j${turn}-${i}`)))
    expect((await watch({ jobs: true }, browser.ids[1])).heard).toEqual(['reset'])
    const late = await watch({ jobs: true }, 'another-5')
    expect(late.heard).toEqual(['reset'])
    // this reset has an id, from which it can resume
    expect((await watch({ jobs: true }, late.lastId())).heard).toEqual([])
    expect((await watch({ jobs: true }, 'nonsense')).heard).toEqual(['reset'])
  })

  test('beats come each second while somebody listens', async () => {
    const { watch, clock } = setUp
    const browser = await watch()
    expect(browser.beats()).toBe(1)
    await clock.advance(3_000)
    expect(browser.beats()).toBe(4)
    browser.leave()
    await clock.advance(3_000)
    expect(browser.beats()).toBe(4)
  })

  test('a beat carries how far the browser was told, so that others’ events cost it nothing after a long silence', async () => {
    const { watch, tell, clock } = setUp
    const quiet = await watch({ watched: ['quiet'] })
    for (let turn = 0; turn < 111; turn += 1) await tell(Array.from({ length: 100 }, (_, i) => job(`j${turn}-${i}`)))
    await clock.advance(1_000)
    await tell([job('quiet')])
    expect((await watch({ watched: ['quiet'] }, quiet.lastBeatId())).heard).toEqual(['job quiet'])
    // the id of its first reset is too old by now
    expect((await watch({ watched: ['quiet'] }, quiet.ids[0])).heard).toEqual(['reset'])
  })

  test('no beat says an id whose change still waits for the database', async () => {
    const { watch, clock, hub } = setUp
    const browser = await watch({ jobs: true })
    const before = browser.lastBeatId()
    let answer = (): void => undefined
    held = new Promise((resolve) => (answer = resolve))
    hub.announce([job()])
    await clock.advance(1_000)
    expect(browser.beats()).toBe(2)
    expect(browser.lastBeatId()).toBe(before)
    answer()
    await hub.idle()
    expect(browser.heard).toEqual(['reset', 'job job-1'])
    await clock.advance(1_000)
    expect(browser.lastBeatId()).toBe(browser.lastId())
  })

  test('what is gone is a reason to ask again', async () => {
    const { watch, tell } = setUp
    const browser = await watch({ jobs: true })
    gone.add(JOB)
    await tell([job()])
    expect(browser.heard).toEqual(['reset', 'reset'])
  })

  test('a flood of devices ends in one reset instead of a stream nobody can follow', async () => {
    const { watch, tell } = setUp
    const browser = await watch({ devices: true })
    await tell(Array.from({ length: 250 }, (_, i) => device(`d${i}`)))
    expect(browser.heard).toHaveLength(1 + 100)
    await tell(Array.from({ length: 5_000 }, (_, i) => device(`e${i}`)))
    expect(browser.heard.slice(101)).toEqual(['reset'])
  })

  test('when rows cannot be read, everyone is told to ask again and the hub goes on', async () => {
    const { watch, tell, failures } = setUp
    const browser = await watch({ jobs: true })
    broken = true
    await tell([job()])
    broken = false
    await tell([job('job-2')])
    expect(browser.heard).toEqual(['reset', 'reset', 'job job-2'])
    expect(failures).toHaveLength(1)
  })
})
