// A broker in a process of its own, so that the load does not share its loop: `bare` aedes, or our channel.
import { createServer, type AddressInfo } from 'node:net'

import { Aedes } from 'aedes'

import { createChannel } from '#server/channel/index.ts'
import { systemClock } from '#server/clock.ts'

import { createMemoryDirectory, createMemoryTopology, deviceOf, silentLog } from '../../test/support/channel.ts'

async function bare(): Promise<number> {
  const aedes = await Aedes.createBroker()
  const server = createServer((socket) => void aedes.handle(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** The intake keeps nothing: what is measured is the channel itself. The durable figure is in `npm run bench`. */
async function channel(devices: number): Promise<number> {
  const known = Array.from({ length: devices }, (_, index) => deviceOf(`bench-${index}`))
  const done = Promise.resolve()
  const answer = Promise.resolve({ code: 200, message: 'ok' })
  const intake = { opened: () => done, closed: () => done, report: () => answer }
  const opened = createChannel({
    clock: systemClock(),
    log: silentLog,
    directory: createMemoryDirectory(known),
    topology: createMemoryTopology(known),
    intake: () => intake,
    config: {
      host: '127.0.0.1',
      mqttPort: 0,
      allowWeakSign: false,
      packets: { perSecond: 1e9, burst: 1e9 },
      strangersPerAddress: 1e9,
    },
  })
  return (await opened.listen()).mqttPort
}

const [kind = 'bare', devices = '0'] = process.argv.slice(2)
const port = await (kind === 'bare' ? bare() : channel(Number(devices)))
process.on('message', () => {
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  process.send?.({ heap: process.memoryUsage().heapUsed, cpuMicroseconds: user + system })
})
process.on('disconnect', () => process.exit())
process.send?.({ port })
