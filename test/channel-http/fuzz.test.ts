import { Agent, request } from 'node:http'

import { afterAll, expect, test } from 'vitest'

import { startDeviceHttp } from '../support/device-http.ts'
import { createAttempts, indexOfTag, type Attempt } from '../support/http-fuzz.ts'

const SEEDS = ['one', 'two', 'three', 'four']
const ATTEMPTS = 600
const ABREAST = 8

/** Codes of the protocol inside of HTTP 200, or what HTTP refuses by itself; never a failure of our own. */
const KNOWN = /^(?:200 (?:200|400|401|460|1008|1009|1220|1251)|200 undefined|4\d\d .*)$/

const unhandled: unknown[] = []
const note = (reason: unknown) => void unhandled.push(reason)
process.on('unhandledRejection', note)
afterAll(() => void process.off('unhandledRejection', note))

/** Status and code of the answer; undefined when the connection was ended instead. */
const send = (port: number, agent: Agent, { method, path, headers, body }: Attempt) =>
  new Promise<{ status: number; code: unknown } | undefined>((resolve) => {
    const sent = request({ host: '127.0.0.1', port, agent, method, path, headers: latin(headers) }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, code: codeOf(Buffer.concat(pieces)) }))
    })
    sent.on('error', () => resolve(undefined))
    sent.end(body)
  })

const latin = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]))

function codeOf(body: Buffer): unknown {
  try {
    return (JSON.parse(body.toString()) as { code?: unknown }).code
  } catch {
    return undefined
  }
}

test.each(SEEDS)('nothing that is sent harms the service or counts for another device (seed %s)', async (seed) => {
  const free = { perSecond: 1e6, burst: 1e6 }
  const limits = { authsOfAddress: free, sessionsOfDevice: free, messagesOfDevice: free, pushWaitMs: 0 }
  const t = await startDeviceHttp({ limits })
  const sessions = await Promise.all([1, 2, 3, 4, 5].map((index) => t.session(index)))
  const agent = new Agent({ keepAlive: true, maxSockets: ABREAST })
  const next = createAttempts(seed, sessions)
  const attempts: Attempt[] = []
  const answers = new Set<string>()

  const worker = async (count: number) => {
    for (let done = 0; done < count; done++) {
      const attempt = next()
      attempts.push(attempt)
      const answer = await send(t.port, agent, attempt)
      if (answer) answers.add(`${answer.status} ${String(answer.code)}`)
    }
  }
  await Promise.all(Array.from({ length: ABREAST }, () => worker(ATTEMPTS / ABREAST)))

  const told = t.seen.flatMap((entry) => {
    if (entry.what !== 'report' || !('version' in entry.report || 'text' in entry.report)) return []
    const index = indexOfTag('version' in entry.report ? entry.report.version : entry.report.text)
    return index === undefined ? [] : [[entry.device.deviceKey, attempts[index]?.rightful]]
  })
  expect(told.length).toBeGreaterThan(ATTEMPTS / 20)
  expect(told.filter(([device, rightful]) => device !== rightful)).toEqual([])
  expect([...answers].filter((answer) => !KNOWN.test(answer))).toEqual([])
  expect((await t.inform(sessions[0] ?? '')).json?.code).toBe(200)
  expect(unhandled).toEqual([])
  agent.destroy()
  await t.stop()
})
