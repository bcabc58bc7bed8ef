import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { LiveSubscriber } from '#server/ports.ts'

import { emailOf, startHarness, type Harness, type Who } from './harness.ts'
import { makeThings, type Things } from './manage-world.ts'

/** What came over the wire so far, and a promise of the next that fits. */
function listener(response: IncomingMessage) {
  let text = ''
  response.setEncoding('utf8')
  response.on('data', (more: string) => {
    text += more
  })
  const ended = once(response, 'close')
  return {
    response,
    ended,
    text: () => text,
    async until(pattern: RegExp): Promise<string> {
      for (let found = pattern.exec(text); ; found = pattern.exec(text)) {
        if (found) return found[1] ?? found[0]
        await once(response, 'data')
      }
    },
  }
}

describe('the live stream', () => {
  let harness: Harness
  let things: Things
  let origin: string
  beforeEach(async () => {
    harness = await startHarness({ env: { SESSION_IDLE_MINUTES: '10' } })
    things = await makeThings(harness)
    await harness.service.engine.start()
    await harness.service.app.listen({ host: '127.0.0.1', port: 0 })
    origin = `http://127.0.0.1:${(harness.service.app.server.address() as AddressInfo).port}`
  })
  afterEach(() => harness.close())

  const open = async (who: Who, query: string, lastEventId?: string) => {
    const headers = { cookie: await harness.cookieOf(who), ...(lastEventId && { 'last-event-id': lastEventId }) }
    const request = get(`${origin}/api/orgs/${things.org}/live${query}`, { headers })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return listener(response)
  }
  const turn = async () => {
    await harness.service.engine.idle()
    await harness.clock.advance(100)
  }
  const start = () =>
    harness.send('operator', { method: 'POST', url: `/api/orgs/${things.org}/jobs/${things.jobId}/start` })

  test('it begins with a reset and a beat, is never stored, and tells of a job the moment it changes', async () => {
    const stream = await open('viewer', `?job=${things.jobId}`)
    expect(stream.response.statusCode).toBe(200)
    expect(stream.response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    await stream.until(/^id: \S+-0\nevent: reset\ndata: \{"at":"2026-.*\}\n\nid: \S+-0\nevent: beat\n/)
    await start()
    await turn()
    const data = await stream.until(/id: \S+-1\nevent: job\ndata: (.*)\n\n/)
    expect(JSON.parse(data)).toMatchObject({ job: { id: things.jobId, state: 'started', counts: { init: 1 } } })
  })

  test('a browser that comes back resumes where it was', async () => {
    const first = await open('viewer', '?jobs=1')
    await first.until(/event: reset/)
    await start()
    await turn()
    const id = await first.until(/id: (\S+)\nevent: job/)
    first.response.destroy()
    await harness.send('operator', { method: 'POST', url: `/api/orgs/${things.org}/jobs/${things.jobId}/stop` })
    await turn()
    const second = await open('viewer', '?jobs=1', id)
    expect(await second.until(/event: job\ndata: .*?"state":"(\w+)"/)).toBe('stopped')
    expect(second.text()).not.toContain('event: reset')
  })

  test('who is not of the organisation, or not signed in, hears nothing', async () => {
    expect((await open('neighbour', '')).response.statusCode).toBe(404)
    expect((await harness.send(null, { url: `/api/orgs/${things.org}/live` })).statusCode).toBe(401)
  })

  test('signing out ends the stream, and so does a session that was idle too long', async () => {
    const [left, idle] = [await open('viewer', ''), await open('operator', '')]
    await harness.send('viewer', { method: 'DELETE', url: '/api/session' })
    await harness.clock.advance(30_000)
    await left.ended
    expect(idle.response.closed).toBe(false)
    await harness.clock.advance(harness.config.session.idleMs)
    await idle.ended
  })

  test('whose rights are taken away hears nothing more', async () => {
    const [left, stays] = [await open('viewer', '?jobs=1'), await open('operator', '?jobs=1')]
    await left.until(/event: reset/)
    const { id } = await harness.db.read
      .selectFrom('users')
      .select('id')
      .where('email', '=', emailOf('viewer'))
      .executeTakeFirstOrThrow()
    await harness.db.transact((trx) => trx.deleteFrom('members').where('user_id', '=', id).execute())
    await harness.clock.advance(30_000)
    await left.ended
    await start()
    await turn()
    await stays.until(/"state":"started"/)
    expect(left.text()).not.toContain('"state":"started"')
    expect((await open('viewer', '?jobs=1')).response.statusCode).toBe(404)
  })

  test('a browser that does not read is let go before it fills the memory', async () => {
    const stream = await open('viewer', '')
    await stream.until(/event: beat/)
    const { live } = harness.service
    const left = new Promise<number>((resolve) => {
      let sent = 0
      live.subscribe = (_filter, _lastEventId, subscriber) => {
        const flood = () => {
          sent += 100
          const at = 'x'.repeat(1_000)
          for (let i = 0; i < 100; i += 1) subscriber.send({ name: 'beat', data: { at } }, 'first-0')
          if (open) setImmediate(flood)
        }
        let open = true
        flood()
        return () => {
          open = false
          resolve(sent)
        }
      }
    })
    const deaf = await open('viewer', '')
    deaf.response.pause()
    // 1 MB waits in the service, the rest in the sockets of this machine
    expect(await left).toBeLessThan(50_000)
    // others go on hearing
    expect(stream.response.closed).toBe(false)
  })

  test('whoever asks for no more than the headers is not spoken to', async () => {
    const answer = await harness.send('viewer', { method: 'HEAD', url: `/api/orgs/${things.org}/live?jobs=1` })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    expect(harness.service.live.streams()).toBe(0)
  })

  test('a stream that gave way is spoken to no more, and is torn off when nobody reads its end', async () => {
    const { app, live } = harness.service
    const heard: LiveSubscriber[] = []
    const { subscribe } = live
    live.subscribe = (filter, lastEventId, subscriber) => {
      heard.push(subscriber)
      return subscribe(filter, lastEventId, subscriber)
    }
    const connected = once(app.server, 'connection')
    const deaf = await open('viewer', '?stream=00112233445566778899')
    deaf.response.pause()
    const [socket] = (await connected) as [Socket]
    // so much that the sockets of this machine take no more, and then some that waits in the service
    for (let rest = 4; rest > 0; rest -= Number(socket.writableNeedDrain)) {
      heard[0]?.send({ name: 'beat', data: { at: 'x'.repeat(100_000) } }, 'first-0')
      await new Promise(setImmediate)
    }
    const next = await open('viewer', '?stream=00112233445566778899')
    await next.until(/event: beat/)
    expect(live.streams()).toBe(1)
    const torn = once(socket, 'close')
    await harness.clock.advance(30_000)
    await torn
    expect(next.response.closed).toBe(false)
  })

  test('nothing is left of streams that waited for another on their connection when it broke', async () => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    const cookie = await harness.cookieOf('viewer')
    for (let i = 0; i < 3; i += 1)
      socket.write(`GET /api/orgs/${things.org}/live HTTP/1.1\r\nHost: here\r\nCookie: ${cookie}\r\n\r\n`)
    const streams = () => harness.service.live.streams()
    await vi.waitFor(() => expect(streams()).toBe(3))
    socket.destroy()
    await vi.waitFor(() => expect(streams()).toBe(2))
    await harness.clock.advance(1_000)
    await vi.waitFor(() => expect(streams()).toBe(0))
  })

  test('closing the service ends every stream at once', async () => {
    const stream = await open('viewer', '')
    await stream.until(/event: beat/)
    await harness.service.close()
    await stream.ended
  })
})
