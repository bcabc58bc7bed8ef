import { readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { openLink } from '#device/sdk/index.ts'
import { parseDevices, readDevices, writeDevices } from '#device/simulator/devices-file.ts'
import { parseOptions } from '#device/simulator/options.ts'
import { provision } from '#device/simulator/provision.ts'
import { emailOf, ORG, PASSWORD, startHarness, type Harness } from '../server/harness.ts'

let service: Harness
let ports: { httpPort: number; mqttPort: number }
beforeAll(async () => {
  service = await startHarness()
  ports = await service.service.start()
})
afterAll(() => service.close())

const optionsFor = (productKey: string) => ({
  server: `http://127.0.0.1:${ports.httpPort}`,
  email: emailOf('operator'),
  password: PASSWORD,
  org: ORG,
  productKey,
  count: 12,
  prefix: 'sim',
  version: '1.0.0',
})

describe('registering devices', () => {
  test('makes the product and devices that can connect', async () => {
    const devices = await provision(optionsFor('simulated'))
    expect(devices.map(({ deviceKey }) => deviceKey)).toEqual(
      Array.from({ length: 12 }, (_, i) => `sim-${String(i + 1).padStart(4, '0')}`),
    )
    const first = devices[0]
    if (!first) throw new Error('No device')
    const link = await openLink({ ...first, url: `mqtt://127.0.0.1:${ports.mqttPort}`, secret: first.deviceSecret })
    await link.inform('1.0.0')
    await link.close()
  })

  test('says in the service’s words why it cannot', async () => {
    await expect(provision({ ...optionsFor('simulated'), password: 'wrong' })).rejects.toThrow(/password/i)
    await expect(provision(optionsFor('simulated'))).rejects.toThrow(/sim-00\d\d: /)
  })

  test('keeps the secrets in a file that only its owner reads', async () => {
    const path = join(tmpdir(), `devices-${process.pid}.json`)
    const devices = [{ productKey: 'p', deviceKey: 'd', deviceSecret: 's', version: '1' }]
    await writeDevices(path, devices)
    expect(await readDevices(path)).toEqual(devices)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(path, 'utf8')).toMatch(/\n$/)
    await rm(path)
  })
})

describe('a devices file', () => {
  test('may be CSV', () => {
    expect(parseDevices('productKey,deviceKey,deviceSecret,version\np,d1,s1,2.0\r\np,d2,s2,\n')).toEqual([
      { productKey: 'p', deviceKey: 'd1', deviceSecret: 's1', version: '2.0' },
      { productKey: 'p', deviceKey: 'd2', deviceSecret: 's2', version: '1.0.0' },
    ])
  })

  test('that lacks something names the device', () => {
    expect(() => parseDevices('productKey,deviceKey\np,d1')).toThrow('Device 1: deviceSecret is missing')
  })
})

describe('the command line', () => {
  test('is read with its units', () => {
    const options = parseOptions(['--file', 'x.json', '--speed', '512k', '--fail', 'silent=1%', '--spread', '2'], {})
    expect(options).toMatchObject({ speed: 524_288, faults: { silent: 0.01 }, spreadMs: 2_000, keep: false })
  })

  test.each([
    [[], /--file or --devices/],
    [['--devices', 'many'], /a number/],
    [['--file', 'x', '--speed', 'fast'], /a number/],
    [['--file', 'x', '--fail', 'rain=5%'], /not one of/],
  ])('%j is refused in words', (args, words) => {
    expect(() => parseOptions(args, {})).toThrow(words)
  })
})
