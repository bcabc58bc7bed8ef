// npm run bench -- channel [connections] [seconds]: the device channel, alone and with everything behind it,
// against a bare aedes broker, in the same run.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { generate } from 'mqtt-packet'

import { connectFields, openWire, type Wire } from '../test/support/mqtt-wire.ts'
import { machine, today } from './support/machine.ts'

const CONNECTIONS = Number(process.argv[2] ?? 10_000)
const SECONDS = Number(process.argv[3] ?? 5)
/** Reports of one device that wait for their acknowledgement. */
const ABREAST = 20
const CONNECTS_ABREAST = 100

interface Figures {
  connectsPerSecond: number
  /** Of the heap, and of the process. */
  kbPerConnection: { heap: number; resident: number }
  reportsPerSecond: number
  /** What one report costs the broker; says more than the rate where the machine is shared. */
  microsecondsPerReport: number
}

interface Use {
  heap: number
  rss: number
  cpuMicroseconds: number
}

const ask = async (child: ChildProcess, what: 'use' | 'begin' | 'end'): Promise<unknown> => {
  const answer = once(child, 'message')
  child.send(what)
  return (await answer)[0] as unknown
}

const fieldsOf = (index: number) =>
  connectFields({ productKey: 'pkAlpha1', deviceKey: `bench-${index}` }, `secret-bench-${index}`)

async function connectAll(port: number): Promise<Wire[]> {
  const wires: Wire[] = []
  for (let from = 0; from < CONNECTIONS; from += CONNECTS_ABREAST) {
    const some = Array.from({ length: Math.min(CONNECTS_ABREAST, CONNECTIONS - from) }, async (_, index) => {
      const wire = await openWire(port)
      const code = await wire.connect(fieldsOf(from + index))
      if (code !== 0) throw new Error(`The broker answered ${code}`)
      return wire
    })
    wires.push(...(await Promise.all(some)))
  }
  return wires
}

/** Keeps `ABREAST` reports of each device under way; counts acknowledgements by their first byte and length. */
async function reportFor(
  wires: readonly Wire[],
  seconds: number,
  use: () => Promise<Use>,
): Promise<Pick<Figures, 'reportsPerSecond' | 'microsecondsPerReport'>> {
  let acknowledged = 0
  let isOver = false
  for (const [index, { socket }] of wires.entries()) {
    const topic = `/sys/pkAlpha1/bench-${index}/ota/device/progress`
    const payload =
      '{"id":"1","version":"1.0","method":"ota.device.progress","params":{"step":"10","desc":"measuring"}}'
    const packet = generate({ cmd: 'publish', topic, payload, qos: 1, messageId: 7, dup: false, retain: false })
    socket.removeAllListeners('data')
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      let at = 0
      let count = 0
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      // every packet here is shorter than 16,384 bytes, so its length has one or two bytes
      while (at + 2 < bytes.length) {
        const low = bytes[at + 1] ?? 0
        const size = low < 128 ? 2 + low : 3 + (low & 127) + (bytes[at + 2] ?? 0) * 128
        if (at + size > bytes.length) break
        if (bytes[at] === 0x40) count += 1
        at += size
      }
      rest = bytes.subarray(at)
      acknowledged += count
      if (!isOver && count > 0) socket.write(Buffer.concat(Array.from({ length: count }, () => packet)))
    })
    socket.write(Buffer.concat(Array.from({ length: ABREAST }, () => packet)))
  }
  const warm = seconds * 250
  await new Promise((resolve) => setTimeout(resolve, warm))
  const used = await use()
  const before = acknowledged
  const startedAt = performance.now()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  const reports = acknowledged - before
  const reportsPerSecond = reports / ((performance.now() - startedAt) / 1_000)
  const { cpuMicroseconds } = await use()
  isOver = true
  return { reportsPerSecond, microsecondsPerReport: (cpuMicroseconds - used.cpuMicroseconds) / reports }
}

async function measure(kind: 'bare' | 'channel' | 'service'): Promise<Figures> {
  const child = fork(fileURLToPath(new URL('support/broker-child.ts', import.meta.url)), [kind, String(CONNECTIONS)], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  const use = async () => (await ask(child, 'use')) as Use
  const empty = await use()
  const startedAt = performance.now()
  const wires = await connectAll(port)
  const connectsPerSecond = CONNECTIONS / ((performance.now() - startedAt) / 1_000)
  const full = await use()
  await ask(child, 'begin')
  const rates = await reportFor(wires, SECONDS, use)
  for (const wire of wires) wire.drop()
  await ask(child, 'end')
  child.disconnect()
  await once(child, 'exit')
  const each = (bytes: number) => bytes / CONNECTIONS / 1_024
  const kbPerConnection = { heap: each(full.heap - empty.heap), resident: each(full.rss - empty.rss) }
  return { connectsPerSecond, kbPerConnection, ...rates }
}

const NAMES = {
  bare: 'bare aedes',
  channel: 'device channel alone',
  service: 'channel, engine and SQLite: durable',
} as const

for (const kind of ['bare', 'channel', 'service'] as const) {
  const { connectsPerSecond, kbPerConnection, reportsPerSecond, microsecondsPerReport } = await measure(kind)
  const cells = [
    today(),
    machine(),
    `\`npm run bench -- channel ${CONNECTIONS} ${SECONDS}\``,
    NAMES[kind],
    String(CONNECTIONS),
    String(Math.round(connectsPerSecond)),
    `${kbPerConnection.heap.toFixed(1)} KB heap, ${kbPerConnection.resident.toFixed(1)} KB resident`,
    Math.round(reportsPerSecond).toLocaleString('en'),
    `${microsecondsPerReport.toFixed(1)} µs`,
  ]
  console.info(`| ${cells.join(' | ')} |`)
}
