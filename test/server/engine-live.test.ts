import { beforeEach, describe, expect, test } from 'vitest'

import type { LiveFilter } from '#server/ports.ts'

import { device, job, JOB, startHub, task } from './support/live.ts'

describe('the live hub', () => {
  let setUp: ReturnType<typeof startHub>
  beforeEach(() => {
    setUp = startHub()
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
    expect(setUp.reading.reads).toEqual(['job job-1', 'task a', 'task b'])
  })

  test('who watches a job hears of its devices that come and go, and of no others', async () => {
    const { watch, tell } = setUp
    const browser = await watch({ watched: [JOB] })
    setUp.reading.gone.add('stranger')
    await tell([device('stranger')])
    await tell([device('a'), device('stranger')])
    expect(browser.heard).toEqual(['reset', 'tasks a'])
    expect(setUp.reading.reads).not.toContain('device a')
  })

  test('a job that somebody of another organisation names tells them nothing, and those whose it is everything', async () => {
    const { watch, tell } = setUp
    const [before, owner, after] = [
      await watch({ orgId: 'org-2', watched: [JOB] }),
      await watch({ watched: [JOB] }),
      await watch({ orgId: 'org-2', watched: [JOB], devices: true }),
    ]
    await tell([device('a')])
    after.leave()
    await tell([device('b')])
    expect(owner.heard).toEqual(['reset', 'tasks a', 'tasks b'])
    expect([before.heard, after.heard]).toEqual([['reset'], ['reset']])
  })

  test('nothing is read when nobody watches', async () => {
    await setUp.tell([job(), task('a'), device('d')])
    expect(setUp.reading.reads).toEqual([])
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
    setUp.reading.held = new Promise((resolve) => (answer = resolve))
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
    setUp.reading.gone.add(JOB)
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

  test('who was away during a flood is told to ask again, and nobody of another organisation is', async () => {
    const { watch, tell } = setUp
    const filters: Partial<LiveFilter>[] = [{ devices: true }, { watched: [JOB] }, { orgId: 'org-2', devices: true }]
    const away = await Promise.all(filters.map((filter) => watch(filter)))
    for (const { leave } of away) leave()
    await tell(Array.from({ length: 5_000 }, (_, i) => device(`e${i}`)))
    await tell([device('later'), device('elsewhere', 'org-2')])
    const back = await Promise.all(filters.map((filter, i) => watch(filter, away[i]?.lastBeatId())))
    expect(back.map(({ heard }) => heard)).toEqual([['reset'], ['reset'], ['device elsewhere']])
  })

  test('a browser that is cut off while it hears what it missed hears the rest when it comes again', async () => {
    const { watch, tell } = setUp
    const filter = { watched: [JOB], devices: true }
    const browser = await watch(filter)
    browser.leave()
    for (const change of [task('a'), device('c'), task('b')]) await tell([change])
    const back = await watch(filter, browser.lastId())
    expect(back.heard).toEqual(['device c', 'tasks a,b,c'])
    expect((await watch(filter, back.ids[0])).heard).toEqual(back.heard)
    expect((await watch(filter, back.ids[1])).heard).toEqual([])
  })

  test('a browser that is cut off between two events of one moment hears the second when it comes again', async () => {
    const { watch, tell } = setUp
    const filter = { watched: [JOB, 'job-2'], jobs: true, devices: true }
    const browser = await watch(filter)
    await tell([job(), device('a')])
    const words = ['job job-1', 'device a', 'tasks a', 'tasks a']
    expect(browser.heard).toEqual(['reset', ...words])
    for (const id of browser.ids.slice(0, -1)) expect((await watch(filter, id)).heard).toEqual(words)
    expect((await watch(filter, browser.lastId())).heard).toEqual([])
  })

  test('who leaves while rows are read hears nothing more, and others do', async () => {
    const { watch, clock, hub } = setUp
    const [leaver, stayer] = [await watch({ jobs: true }), await watch({ jobs: true })]
    let answer = (): void => undefined
    setUp.reading.held = new Promise((resolve) => (answer = resolve))
    hub.announce([job()])
    await clock.advance(100)
    const comesAndGoes = watch({ jobs: true }, leaver.lastId())
    leaver.leave()
    answer()
    ;(await comesAndGoes).leave()
    expect(leaver.heard).toEqual(['reset'])
    expect(stayer.heard).toEqual(['reset', 'job job-1'])
    expect(hub.streams()).toBe(1)
  })

  test('when rows cannot be read, everyone is told to ask again and the hub goes on', async () => {
    const { watch, tell, failures } = setUp
    const browser = await watch({ jobs: true })
    setUp.reading.broken = true
    await tell([job()])
    setUp.reading.broken = false
    await tell([job('job-2')])
    expect(browser.heard).toEqual(['reset', 'reset', 'job job-2'])
    expect(failures).toHaveLength(1)
  })

  test('devices that wait for a later turn are told in it, also when rows could not be read meanwhile', async () => {
    const { watch, tell } = setUp
    const browser = await watch({ devices: true })
    setUp.reading.broken = true
    await tell(Array.from({ length: 101 }, (_, i) => device(`d${i}`)))
    setUp.reading.broken = false
    await tell([])
    expect(browser.heard).toEqual(['reset', 'reset', 'device d100'])
  })
})
