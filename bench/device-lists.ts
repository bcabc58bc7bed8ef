// npm run bench -- device-lists [keys] [wrong lines]: a device list in no order over a real connection, kept and refused.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

import { deviceLists } from '#contract/manage/device-lists.ts'

import { ORG, startHarness } from '../test/server/harness.ts'
import { makeThings } from '../test/server/manage-world.ts'
import type { Sending, Sent } from './support/list-sender.ts'
import { machine, today } from './support/machine.ts'

const KEYS = Number(process.argv[2] ?? 1_000_000)
const WRONG = Number(process.argv[3] ?? 1_000)

interface Figures extends Sent {
  seconds: number
  /** What the service held at most, in MB, and how much of it was there before. */
  memoryMb: number
  beforeMb: number
  /** The longest that its loop stopped, and what it stays under 999 times in 1,000, in ms. */
  worstMs: number
  p999Ms: number
}

async function measure(sending: Sending): Promise<Figures> {
  const megabytes = () => process.memoryUsage().rss / 1_048_576
  const beforeMb = megabytes()
  let memoryMb = beforeMb
  const watch = setInterval(() => {
    memoryMb = Math.max(memoryMb, megabytes())
  }, 20)
  const sender = fork(fileURLToPath(new URL('./support/list-sender.ts', import.meta.url)))
  await once(sender, 'spawn')
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const begun = performance.now()
  sender.send(sending)
  const [sent] = (await once(sender, 'message')) as [Sent]
  const seconds = (performance.now() - begun) / 1_000
  delay.disable()
  clearInterval(watch)
  return { ...sent, seconds, memoryMb, beforeMb, worstMs: delay.max / 1e6, p999Ms: delay.percentile(99.9) / 1e6 }
}

const row = (what: string, { seconds, memoryMb, beforeMb, worstMs, p999Ms }: Figures): string => {
  const command = `\`npm run bench -- device-lists ${KEYS} ${WRONG}\``
  const memory = `${memoryMb.toFixed(0)} MB, ${beforeMb.toFixed(0)} MB of it before`
  const loop = `${worstMs.toFixed(0)} ms, ${p999Ms.toFixed(0)} ms`
  return `| ${today()} | ${machine()} | ${command} | ${what} | ${seconds.toFixed(1)} s | ${memory} | ${loop} |`
}

const harness = await startHarness()
const { productKey } = await makeThings(harness)
const { httpPort } = await harness.service.start()
const query = new URLSearchParams({ product: productKey, name: 'bench' })
const address = `http://127.0.0.1:${httpPort}${deviceLists.create.path.replace(':org', ORG)}?${query}`
const cookie = await harness.cookieOf('operator')

const refused = await measure({ address, cookie, keys: KEYS, wrongEvery: Math.floor(KEYS / WRONG) })
console.info(row(`${refused.status}, ${refused.named} wrong lines named`, refused))
console.info(refused.title)
const kept = await measure({ address, cookie, keys: KEYS, wrongEvery: 0 })
console.info(row(`${kept.status}, kept`, kept))
await harness.close()
