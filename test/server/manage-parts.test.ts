import { afterEach, describe, expect, test, vi } from 'vitest'

import { createBox } from '#server/access/box.ts'
import { createPasswords } from '#server/access/passwords.ts'
import { createThrottle } from '#server/access/throttle.ts'
import { movableSystemClock, stoppedClock, systemClock } from '#server/clock.ts'

describe('the clock of tests', () => {
  test('fires what it is moved over, each at its own time and in order', async () => {
    const clock = stoppedClock(1000)
    const fired: [string, number][] = []
    const note = (name: string) => () => fired.push([name, clock.now()])
    clock.at(1300, note('late'))
    clock.at(1100, note('early'))
    const cancel = clock.at(1200, note('cancelled'))
    clock.at(1100, () => clock.at(1150, note('armed on the way')))
    cancel()
    await clock.advance(250)
    expect(fired).toEqual([
      ['early', 1100],
      ['armed on the way', 1150],
    ])
    expect([clock.now(), clock.monotonic()]).toEqual([1250, 250])
    await clock.advance(50)
    expect(fired.at(-1)).toEqual(['late', 1300])
  })

  test('never calls back at once, also for a time that has passed', async () => {
    const clock = stoppedClock(1000)
    let isFired = false
    const fired = new Promise<void>((resolve) => clock.at(0, () => resolve(void (isFired = true))))
    expect(isFired).toBe(false)
    await fired
  })

  test('that runs can be moved ahead, and a jump of the wall leaves its other hand behind', async () => {
    const clock = movableSystemClock()
    const [wall, monotonic] = [clock.now(), clock.monotonic()]
    const fired = new Promise<void>((resolve) => clock.at(wall + 3_600_000, resolve))
    await clock.advance(3_600_000)
    await fired
    clock.jump(60_000)
    expect(clock.now() - wall).toBeGreaterThanOrEqual(3_660_000)
    expect(clock.monotonic() - monotonic).toBeLessThan(3_660_000)
  })
})

describe('the clock of the service', () => {
  afterEach(() => void vi.useRealTimers())

  test('tells within half a minute that the wall clock jumped, and by how much; time that merely passes is no jump', () => {
    vi.useFakeTimers()
    const jumps: number[] = []
    const unwatch = systemClock().onJump((byMs) => jumps.push(byMs))
    vi.advanceTimersByTime(3_600_000)
    expect(jumps).toEqual([])
    vi.setSystemTime(Date.now() - 86_400_000)
    vi.advanceTimersByTime(30_000)
    expect(jumps).toEqual([-86_400_000])
    vi.advanceTimersByTime(3_600_000)
    unwatch()
    vi.setSystemTime(Date.now() + 86_400_000)
    vi.advanceTimersByTime(30_000)
    expect(jumps).toHaveLength(1)
  })
})

describe('the box of secrets', () => {
  const box = createBox(Buffer.alloc(32, 7))

  test('opens what it sealed, and never seals the same twice', () => {
    const [one, two] = [box.seal('secret', 'device 1'), box.seal('secret', 'device 1')]
    expect(one).not.toBe(two)
    expect([box.open(one, 'device 1'), box.open(two, 'device 1')]).toEqual(['secret', 'secret'])
  })

  test('opens nothing of another row, of another key, or that was changed', () => {
    const sealed = box.seal('secret', 'device 1')
    expect(() => box.open(sealed, 'device 2')).toThrow()
    expect(() => createBox(Buffer.alloc(32, 8)).open(sealed, 'device 1')).toThrow()
    expect(() => box.open(`${sealed.slice(0, -2)}AA`, 'device 1')).toThrow()
    expect(() => box.open('plain', 'device 1')).toThrow('unknown format')
  })
})

describe('passwords', () => {
  test('are hashed with their parameters beside them, each with its own salt', async () => {
    const [cheap, dear] = [createPasswords({ N: 2, r: 1, p: 1 }), createPasswords({ N: 4, r: 1, p: 1 })]
    const [one, two] = await Promise.all([cheap.hash('correct'), cheap.hash('correct')])
    expect(one).toMatch(/^scrypt\$2\$1\$1\$/)
    expect(one).not.toBe(two)
    // the cost may grow without anyone's password being asked for
    expect(await dear.verify('correct', one)).toBe(true)
    expect(await dear.verify('wrong', one)).toBe(false)
    expect(await dear.verify('anything', undefined)).toBe(false)
  })

  test('are the same however an accent is typed', async () => {
    const passwords = createPasswords({ N: 2, r: 1, p: 1 })
    expect(await passwords.verify('cafe\u0301', await passwords.hash('caf\u00e9'))).toBe(true)
  })
})

describe('the throttle', () => {
  test('forgets the oldest name first when there are too many to remember', () => {
    const throttle = createThrottle(stoppedClock(0), { a: 1 }, 1000)
    throttle.failed(['a:first'])
    expect(() => throttle.check(['a:first'])).toThrow('Too many attempts')
    for (let n = 0; n < 20_000; n += 1) throttle.failed([`a:${n}`])
    expect(() => throttle.check(['a:first'])).not.toThrow()
  })

  test('takes back a failure that was none', () => {
    const throttle = createThrottle(stoppedClock(0), { a: 1 }, 1000)
    throttle.failed(['a:x'])
    throttle.takeBack('a:x')
    expect(() => throttle.check(['a:x'])).not.toThrow()
  })
})
