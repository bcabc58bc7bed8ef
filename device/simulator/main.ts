import { existsSync } from 'node:fs'

import { readDevices, writeDevices } from './devices-file.ts'
import type { DeviceRecord } from './device.ts'
import { startFleet, type Fleet } from './fleet.ts'
import { parseOptions, USAGE, type SimulatorOptions } from './options.ts'
import { provision } from './provision.ts'

const STATUS_EVERY_MS = 5_000

async function findDevices(options: SimulatorOptions): Promise<DeviceRecord[]> {
  const { file, count } = options
  if (file !== undefined && existsSync(file)) return readDevices(file)
  if (count === undefined) throw new Error(`There is no file ${file ?? ''}; --devices registers some`)
  if (!options.org || !options.product) throw new Error('To register devices say --org and --product')
  const devices = await provision({ ...options, count, productKey: options.product })
  if (file !== undefined) await writeDevices(file, devices)
  return devices
}

const tally = (values: string[]): string => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([value, count]) => `${value}: ${count}`)
    .join(', ')
}

const status = ({ devices }: Fleet): string =>
  `${tally(devices.map((device) => device.state()))} | ${tally(devices.map((device) => `version ${device.version()}`))}`

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), process.env)
  if (!options) return console.info(USAGE)
  const devices = await findDevices(options)
  const fleet = await startFleet({ ...options, devices, parallelDownloads: options.parallel })
  console.info(`${devices.length} devices against ${options.mqttUrl}; files in ${fleet.folder}; Ctrl-C ends them`)
  const timer = setInterval(() => console.info(status(fleet)), STATUS_EVERY_MS)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  clearInterval(timer)
  console.info(status(fleet))
  await fleet.stop()
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
