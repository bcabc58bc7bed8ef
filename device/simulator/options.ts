import { parseArgs } from 'node:util'

import { parseFaults, type FaultRates } from './faults.ts'

export const USAGE = `Runs simulated devices against a running service. They really download, check, restart and report.

  npm run simulate -- --file devices.json
  npm run simulate -- --devices 1000 --file devices.json --email ... --password ... --org ... --product ...

  --file PATH          devices as JSON or CSV (productKey, deviceKey, deviceSecret, version); if it does not exist,
                       it is written with the devices that were registered
  --devices N          register so many devices first (when --file does not exist)
  --server URL         management API                      http://127.0.0.1:8080
  --email --password   who registers them                  SIM_EMAIL, SIM_PASSWORD
  --org --product      where; the product is made if it is not there
  --prefix TEXT        beginning of the device keys        sim
  --version TEXT       what new devices run                1.0.0
  --mqtt URL           device port                         mqtt://127.0.0.1:11883
  --fail LIST          e.g. download=5%,verify=1%,write=1%,undefined=1%,refuse=1%,fallback=2%,interrupt=1%,silent=1%
  --seed TEXT          same seed, same faults              1
  --speed BYTES        bytes per second of each download; 512k and 2m are understood
  --parallel N         downloads at once                   100
  --spread SECONDS     over which the first connects are spread   5
  --restart SECONDS    how long a restart takes            1
  --folder PATH        where files go                      a temporary folder
  --keep               keep the file that each device runs
`

export interface SimulatorOptions {
  file: string | undefined
  count: number | undefined
  server: string
  email: string
  password: string
  org: string
  product: string
  prefix: string
  version: string
  mqttUrl: string
  faults: FaultRates
  seed: string
  speed: number | undefined
  parallel: number
  spreadMs: number
  restartMs: number
  folder: string | undefined
  keep: boolean
}

const number = (name: string, text: string): number => {
  const value = Number(text)
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} is a number, not "${text}"`)
  return value
}

function parseSpeed(text: string): number {
  const [, amount = '', unit = ''] = /^([\d.]+)([km]?)$/i.exec(text) ?? []
  const factor = { '': 1, k: 1_024, m: 1_048_576 }[unit.toLowerCase()] ?? 1
  return number('speed', amount || text) * factor
}

const text = { type: 'string' } as const

/**
 * Reads the command line.
 * @throws Error in plain words; undefined when help was asked for
 */
export function parseOptions(args: string[], env: NodeJS.ProcessEnv): SimulatorOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      file: text,
      devices: text,
      server: text,
      email: text,
      password: text,
      org: text,
      product: text,
      prefix: text,
      version: text,
      mqtt: text,
      fail: text,
      seed: text,
      speed: text,
      parallel: text,
      spread: text,
      restart: text,
      folder: text,
      keep: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return undefined
  if (values.file === undefined && values.devices === undefined)
    throw new Error('Say --file or --devices; --help explains')
  return {
    file: values.file,
    count: values.devices === undefined ? undefined : number('devices', values.devices),
    server: values.server ?? 'http://127.0.0.1:8080',
    email: values.email ?? env['SIM_EMAIL'] ?? '',
    password: values.password ?? env['SIM_PASSWORD'] ?? '',
    org: values.org ?? '',
    product: values.product ?? '',
    prefix: values.prefix ?? 'sim',
    version: values.version ?? '1.0.0',
    mqttUrl: values.mqtt ?? 'mqtt://127.0.0.1:11883',
    faults: parseFaults(values.fail ?? ''),
    seed: values.seed ?? '1',
    speed: values.speed === undefined ? undefined : parseSpeed(values.speed),
    parallel: number('parallel', values.parallel ?? '100'),
    spreadMs: number('spread', values.spread ?? '5') * 1_000,
    restartMs: number('restart', values.restart ?? '1') * 1_000,
    folder: values.folder,
    keep: values.keep ?? false,
  }
}
