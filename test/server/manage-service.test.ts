import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import openapi from '#contract/openapi.json' with { type: 'json' }

import type { Db } from '#server/db/open.ts'

import { startHarness, type Harness } from './harness.ts'

let harness: Harness
beforeEach(async () => {
  harness = await startHarness()
})
afterEach(() => harness.close())

const problemOf = (answer: { json(): unknown }) => Problem.parse(answer.json())

describe('the service itself', () => {
  test('is alive before it is ready', async () => {
    expect((await harness.send(null, { url: '/healthz' })).statusCode).toBe(200)
    const early = await harness.send(null, { url: '/readyz' })
    expect([early.statusCode, problemOf(early).title]).toEqual([503, 'The device port is not open.'])
    await harness.service.start()
    expect((await harness.send(null, { url: '/readyz' })).json()).toEqual({ status: 'ok' })
  })

  test('looks once for all who ask at once whether it is ready', async () => {
    let looks = 0
    const intoDb = (db: Db): Db => ({
      ...db,
      get read() {
        looks += 1
        return db.read
      },
    })
    const watched = await startHarness({ intoDb })
    await watched.service.start()
    looks = 0
    const answers = await Promise.all(Array.from({ length: 50 }, () => watched.send(null, { url: '/readyz' })))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 200))
    expect(looks).toBeLessThan(10)
    expect((await watched.send(null, { url: '/readyz' })).statusCode).toBe(200)
    await watched.close()
  })

  test('lets a caller on this machine move its clock, where it has one that can be moved', async () => {
    const before = harness.clock.now()
    const move = { method: 'POST', url: '/test/clock', payload: { advanceSeconds: 90 } } as const
    const far = await harness.send(null, {
      ...move,
      remoteAddress: '192.0.2.7',
      headers: { 'x-forwarded-for': '127.0.0.1' },
    })
    expect(far.statusCode).toBe(404)
    expect((await harness.send(null, move)).json()).toEqual({ now: new Date(before + 90_000).toISOString() })
    expect(harness.clock.now()).toBe(before + 90_000)
    expect((await harness.send(null, { ...move, payload: { advanceSeconds: -1 } })).statusCode).toBe(400)
  })

  test('describes its API', async () => {
    expect((await harness.send(null, { url: '/api/openapi.json' })).json()).toEqual(openapi)
  })

  test('tells its limits', async () => {
    expect((await harness.send(null, { url: '/api/limits' })).json()).toEqual({
      firmwareMaxBytes: 104_857_600,
      verificationDevices: 5,
      pageSizeMax: 200,
      contact: 'GovTech',
      release: 'test',
    })
  })
})

describe('the portal', () => {
  beforeEach(async () => {
    const web = join(harness.config.dataDir, 'web')
    await mkdir(join(web, 'assets'), { recursive: true })
    await writeFile(join(web, 'index.html'), '<!doctype html><title>OTA</title>')
    await writeFile(join(web, 'assets', 'main-abc123.js'), 'the script itself')
    await writeFile(join(web, 'assets', 'main-abc123.js.br'), 'as brotli')
    await writeFile(join(web, 'assets', 'main-abc123.js.gz'), 'as gzip')
    await harness.restart()
  })

  test.each(['/', '/sign-in', '/orgs/hdb/jobs/1?tab=failed'])(
    'answers %s with its page, asked for anew each time',
    async (url) => {
      const answer = await harness.send(null, { url })
      expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'no-cache'])
      expect(answer.body).toContain('<title>OTA</title>')
    },
  )

  test.each([
    ['br, gzip', 'as brotli', 'br'],
    ['gzip', 'as gzip', 'gzip'],
    ['', 'the script itself', undefined],
  ])('sends a script once and for all, encoded as "%s" allows', async (accepted, body, encoding) => {
    const headers = { 'accept-encoding': accepted }
    const answer = await harness.send(null, { url: '/assets/main-abc123.js', headers })
    expect([answer.body, answer.headers['content-encoding']]).toEqual([body, encoding])
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(answer.headers['content-type']).toContain('javascript')
  })

  test.each(['/assets/gone.js', '/api/orgs/hdb/gone', '/files/x', '/%'])('has no page at %s', async (url) => {
    const answer = await harness.send(null, { url })
    expect([answer.statusCode, problemOf(answer).code]).toEqual([404, 'not_found'])
  })

  test.each(['/../secrets.json', '/%2e%2e/secrets.json', '/assets/..%2f..%2f..%2fsecrets.json'])(
    'never leaves its folder: %s',
    async (url) => {
      expect((await harness.send(null, { url })).body).not.toContain('dataKey')
    },
  )
})
