import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { FleetEvent } from '#device/simulator/device.ts'
import { drawFault, parseFaults, type Fault } from '#device/simulator/faults.ts'
import { startFleet, type Fleet, type FleetOptions } from '#device/simulator/fleet.ts'
import { createRandom } from '#device/simulator/random.ts'
import type { DeviceReport } from '#server/ports.ts'
import { startChannel, type TestChannel } from '../support/channel.ts'
import { serveRange, startFileServer } from '../support/file-server.ts'

const body = randomBytes(400_000)
let t: TestChannel
let files: Awaited<ReturnType<typeof startFileServer>>
let fleet: Fleet | undefined
beforeEach(async () => {
  t = await startChannel()
  files = await startFileServer(body)
})
afterEach(async () => {
  await fleet?.stop()
  if (fleet) await rm(fleet.folder, { recursive: true, force: true })
  await files.stop()
  await t.stop()
})

const records = (count: number) =>
  t.devices
    .slice(0, count)
    .map(({ productKey, deviceKey, deviceSecret }) => ({ productKey, deviceKey, deviceSecret, version: '1.0.0' }))

const start = async (count: number, options: Partial<FleetOptions> = {}) => {
  fleet = await startFleet({
    devices: records(count),
    mqttUrl: `mqtt://127.0.0.1:${t.port}`,
    restartMs: 1,
    backoff: { firstMs: 1, mostMs: 20 },
    ...options,
  })
  return fleet
}

const push = (deviceKey: string, id = '7000001') => {
  const known = t.devices.find((device) => device.deviceKey === deviceKey)
  if (!known) throw new Error(`No device ${deviceKey}`)
  return t.channel.door.push(known, { id, offer: files.firmware })
}
const informs = (version: string, deviceKey: string) =>
  t.until(
    (entry) =>
      entry.what === 'report' &&
      entry.device.deviceKey === deviceKey &&
      entry.report.kind === 'inform' &&
      entry.report.version === version,
  )
const stepsOf = (deviceKey: string) =>
  t.seen.flatMap((entry) => (entry.what === 'report' && entry.device.deviceKey === deviceKey ? [entry.report] : []))
const isProgress = (report: DeviceReport) => report.kind === 'progress'

describe('a simulated fleet', () => {
  test('downloads every byte, restarts and reports the new version', async () => {
    const { devices } = await start(9, { keep: true, parallelDownloads: 3 })
    await Promise.all(devices.map(({ deviceKey }) => informs('1.0.0', deviceKey)))
    for (const { deviceKey } of devices) expect(push(deviceKey)).toBe(true)
    await Promise.all(devices.map(({ deviceKey }) => informs('2.0.0', deviceKey)))
    for (const device of devices) {
      expect((await readFile(device.file)).equals(body)).toBe(true)
      expect(device.version()).toBe('2.0.0')
      const reports = stepsOf(device.deviceKey)
      expect(reports.filter(isProgress).at(-1)).toMatchObject({ step: 100 })
      expect(reports.at(-1)).toEqual({ kind: 'inform', version: '2.0.0' })
    }
    // it came back with the new version in a session of its own
    expect(t.seen.filter(({ what }) => what === 'opened')).toHaveLength(18)
  })

  test.each<[Fault, number]>([
    ['download', -2],
    ['verify', -3],
    ['write', -4],
    ['undefined', -1],
    ['refuse', -5],
  ])('that fails by %s says %i and keeps its version', async (fault, step) => {
    const { devices } = await start(1, { faults: { [fault]: 1 } })
    await informs('1.0.0', 'dev1')
    push('dev1')
    await t.until((entry) => entry.what === 'report' && entry.report.kind === 'progress' && entry.report.step < 0)
    expect(stepsOf('dev1').at(-1)).toMatchObject({ kind: 'progress', step })
    expect(devices[0]?.version()).toBe('1.0.0')
  })

  test('that falls back says 100 and comes back with its old version', async () => {
    await start(1, { faults: { fallback: 1 } })
    await informs('1.0.0', 'dev1')
    push('dev1')
    await t.until((entry) => entry.what === 'report' && entry.report.kind === 'progress' && entry.report.step === 100)
    const before = t.seen.length
    await t.until((entry) => t.seen.indexOf(entry) >= before && entry.what === 'report')
    expect(stepsOf('dev1').at(-1)).toEqual({ kind: 'inform', version: '1.0.0' })
  })

  test('that is interrupted comes back with its old version and without a word', async () => {
    await start(1, { faults: { interrupt: 1 }, speed: 4_000_000 })
    await informs('1.0.0', 'dev1')
    push('dev1')
    await t.until((entry) => entry.what === 'closed')
    const before = t.seen.length
    await t.until((entry) => t.seen.indexOf(entry) >= before && entry.what === 'report')
    expect(stepsOf('dev1').at(-1)).toEqual({ kind: 'inform', version: '1.0.0' })
    expect(
      stepsOf('dev1')
        .filter(isProgress)
        .some((report) => report.kind === 'progress' && report.step < 0),
    ).toBe(false)
  })

  test('that is silent does nothing', async () => {
    const events: FleetEvent[] = []
    let spoke: () => void = () => undefined
    const saysNothing = new Promise<void>((resolve) => (spoke = resolve))
    await start(1, {
      faults: { silent: 1 },
      onEvent: (event) => {
        events.push(event)
        if (event.what === 'says nothing') spoke()
      },
    })
    await informs('1.0.0', 'dev1')
    push('dev1')
    await saysNothing
    expect(files.requests).toHaveLength(0)
    expect(stepsOf('dev1')).toHaveLength(1)
  })

  test('takes a push that is repeated while it works as one', async () => {
    await start(1)
    await informs('1.0.0', 'dev1')
    push('dev1')
    push('dev1')
    await informs('2.0.0', 'dev1')
    expect(files.requests).toHaveLength(1)
  })

  test('comes back when the service was away, and tells then what it could not tell', async () => {
    let release: () => void = () => undefined
    const away = new Promise<void>((resolve) => (release = resolve))
    files.state.serve = (...args) => void away.then(() => serveRange(...args))
    await start(3, { faults: { verify: 1 } })
    await informs('1.0.0', 'dev1')
    push('dev1')
    await t.until((entry) => entry.what === 'report' && entry.report.kind === 'progress')
    await t.channel.close()
    release()
    const again = await startChannel([], { mqttPort: t.port })
    const sees = (deviceKey: string) =>
      again.until((entry) => entry.what === 'report' && entry.device.deviceKey === deviceKey)
    await Promise.all(['dev1', 'dev2', 'dev3'].map(sees))
    await again.until(
      (entry) => entry.what === 'report' && entry.report.kind === 'progress' && entry.report.step === -3,
    )
    await fleet?.stop()
    await again.stop()
  })

  test('stops while it connects, downloads and waits', async () => {
    files.state.serve = (_request, response) => void response.writeHead(200).write('x')
    const stopping = await start(2, { spreadMs: 0 })
    await informs('1.0.0', 'dev1')
    push('dev1')
    await t.until((entry) => entry.what === 'report' && entry.report.kind === 'progress')
    await stopping.stop()
    expect(stepsOf('dev1').filter(isProgress)).toHaveLength(1)
  })
})

describe('faults', () => {
  test('are the same for the same seed', () => {
    const rates = parseFaults('download=5%, verify=0.01,silent=10%')
    const drawn = (seed: string) =>
      Array.from({ length: 1_000 }, (_, index) => drawFault(rates, createRandom(`${seed}/${index}`)))
    expect(drawn('a')).toEqual(drawn('a'))
    expect(drawn('a')).not.toEqual(drawn('b'))
    const count = (fault: Fault) => drawn('a').filter((one) => one === fault).length
    expect(count('download')).toBeGreaterThan(25)
    expect(count('download')).toBeLessThan(80)
    expect(count('silent')).toBeGreaterThan(70)
    expect(count('silent')).toBeLessThan(135)
  })

  test.each(['explode=5%', 'download', 'download=x%', 'download=101%', 'download=60%,verify=60%'])(
    '%s is refused in words',
    (text) => {
      expect(() => parseFaults(text)).toThrow(/share/)
    },
  )
})
