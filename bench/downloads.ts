// npm run bench -- downloads [at once] [MB]: downloads of one file from the built service and, where the Debian package
// nginx-light is installed, from nginx, by the same client in the same run.
import { mkdtempSync, rmSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openLink } from '#device/sdk/index.ts'

import { freePorts } from '../scripts/lib/service.mjs'
import { OLD, openField, type Field } from '../test/support/field.ts'
import { NEW, prepareRollout } from '../test/support/rollout.ts'
import { machine, memoryMb, today } from './support/machine.ts'
import { startNginx } from './support/nginx.ts'

const ABREAST = Number(process.argv[2] ?? 20)
const MEGABYTES = Number(process.argv[3] ?? 100)
const ROUNDS = 3

/** Reads a file to its end and keeps nothing of it; how many bytes it had. */
const fetchAll = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const take = (response: IncomingMessage) => {
      let bytes = 0
      response.on('data', (piece: Buffer) => (bytes += piece.length))
      response.once('end', () =>
        response.statusCode === 200 ? resolve(bytes) : reject(new Error(`${url} answered ${response.statusCode}`)),
      )
      response.once('error', reject)
    }
    get(url, { agent: false }, take).once('error', reject)
  })

/** Megabytes per second of all together, in each round. */
async function measure(urls: readonly string[]): Promise<number[]> {
  const rates: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now()
    const sizes = await Promise.all(urls.map(fetchAll))
    const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20
    rates.push(megabytes / ((performance.now() - startedAt) / 1_000))
  }
  return rates
}

/** The links that the devices were sent; nobody follows them but this bench. */
async function linksOf(field: Field): Promise<{ urls: string[]; firmwareId: string; hangUp(): Promise<void> }> {
  const open = async ({ productKey, deviceKey, deviceSecret }: Field['devices'][number]) => {
    const link = await openLink({ url: field.mqttUrl, productKey, deviceKey, secret: deviceSecret })
    await link.inform(OLD)
    return link
  }
  const links = await Promise.all(field.devices.map(open))
  const offered = links.map(
    (link) => new Promise<string>((resolve) => link.onUpgrade(async ({ firmware }) => resolve(firmware.fileUrl))),
  )
  const rollout = await prepareRollout(field, MEGABYTES * 2 ** 20, NEW)
  await rollout.begin({ concurrency: 10_000 })
  const urls = await Promise.all(offered)
  const hangUp = async () => void (await Promise.all(links.map((link) => link.close())))
  return { urls, firmwareId: rollout.firmware.id, hangUp }
}

const row = (what: string, rates: readonly number[], memory: string): string => {
  const command = `\`npm run bench -- downloads ${ABREAST} ${MEGABYTES}\``
  const best = Math.round(Math.max(...rates)).toLocaleString('en')
  const each = rates.map((rate) => Math.round(rate).toLocaleString('en')).join(', ')
  return `| ${[today(), machine(), command, what, `${ABREAST} x ${MEGABYTES} MB`, best, each, memory].join(' | ')} |`
}

const field = await openField(ABREAST)
const folder = mkdtempSync(join(tmpdir(), 'ota-nginx-'))
try {
  const { urls, firmwareId, hangUp } = await linksOf(field)
  const { pid } = field.service()
  const before = memoryMb(pid)
  const [port = 0] = await freePorts(1)
  const nginx = await startNginx(folder, join(field.folder, 'data', 'firmware'), firmwareId, port)
  console.info(row('this service', await measure(urls), `${before} MB before, ${memoryMb(pid)} MB after`))
  if (nginx) {
    console.info(row('nginx', await measure(urls.map(() => nginx.url)), `${memoryMb(nginx.pid)} MB`))
    await nginx.stop()
  } else console.info('nginx is not installed, so there is nothing to compare with: apt-get install nginx-light')
  await hangUp()
} finally {
  await field.end()
  rmSync(folder, { recursive: true, force: true })
}
