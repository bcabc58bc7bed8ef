import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { LiveSubscriber } from '#server/ports.ts'

import { ORG, startHarness, type Harness } from './harness.ts'

let harness: Harness
beforeEach(async () => {
  harness = await startHarness()
  await harness.service.app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(() => harness.close())

async function openStream(name: string): Promise<IncomingMessage> {
  const { port } = harness.service.app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/api/orgs/${ORG}/live?stream=${name}`
  const request = get(url, { headers: { cookie: await harness.cookieOf('viewer') }, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response
}

test('a stream that gives way to its successor ends whole, also when a change is told in the same moment', async () => {
  const { live } = harness.service
  const listeners: LiveSubscriber[] = []
  const tellFirst = () => listeners[0]?.send({ name: 'beat', data: { at: '2026-01-05T01:00:00.000Z' } }, 'first-0')
  vi.spyOn(live, 'subscribe').mockImplementation((_filter, _since, subscriber) => {
    subscriber.send({ name: 'beat', data: { at: '2026-01-05T01:00:00.000Z' } }, 'first-0')
    listeners.push(subscriber)
    // what was being read of the database when the successor came
    if (listeners.length === 2) process.nextTick(tellFirst)
    return () => {}
  })
  const first = await openStream('00112233445566778899')
  const ended = once(first.resume(), 'close')
  const second = await openStream('00112233445566778899')
  await ended
  expect(first.complete).toBe(true)
  second.destroy()
})
