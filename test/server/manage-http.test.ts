import type { AddressInfo } from 'node:net'

import type { InjectOptions } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'

import { exchange } from '../support/http-wire.ts'
import { emailOf, ORG, PASSWORD, startHarness, type Harness } from './harness.ts'

const CSP = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "script-src-attr 'none'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';')

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const PRODUCTS = `/api/orgs/${ORG}/products`
const post = (payload: InjectOptions['payload'], headers: Record<string, string> = {}) =>
  harness.send('operator', { method: 'POST', url: PRODUCTS, payload, headers } as InjectOptions)
const problemOf = (answer: { json(): unknown }) => Problem.parse(answer.json())
/** The port of the service, once it has one. */
async function listening(): Promise<number> {
  const { server } = harness.service.app
  if (!server.listening) await harness.service.start()
  return (server.address() as AddressInfo).port
}
const json = { 'content-type': 'application/json' }

describe('every answer', () => {
  test.each(['/api/limits', '/api/nothing', '/healthz', '/sign-in', '/%', `/api/orgs/${'a'.repeat(700)}`])(
    'of %s carries the security headers',
    async (url) => {
      const { headers } = await harness.send(null, { url })
      expect(headers).toMatchObject({
        'content-security-policy': CSP,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      })
      expect(headers).not.toHaveProperty('strict-transport-security')
      expect(headers).not.toHaveProperty('x-powered-by')
    },
  )

  test('of the API is kept by nobody', async () => {
    expect((await harness.send('viewer', { url: '/api/session' })).headers['cache-control']).toBe('no-store')
  })
})

describe('behind https', () => {
  test('browsers are told to stay there, and the cookie never leaves it', async () => {
    const secure = await startHarness({ env: { PUBLIC_URL: 'https://ota.example.gov' } })
    const payload = { email: emailOf('viewer'), password: PASSWORD }
    const answer = await secure.send(null, { method: 'POST', url: '/api/session', payload })
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000')
    expect(answer.cookies[0]).toMatchObject({ name: '__Host-session', secure: true, httpOnly: true, path: '/' })
    await secure.close()
  })
})

describe('bad input', () => {
  test.each([
    ['malformed JSON', '{"name":', json, 400, 'malformed_json'],
    ['an empty body that claims to be JSON', '', json, 400, 'malformed_json'],
    ['a body of 1 MB', JSON.stringify({ name: 'x'.repeat(1_000_000) }), json, 413, 'too_large'],
    ['XML', '<name/>', { 'content-type': 'application/xml' }, 415, 'unsupported_media_type'],
    ['plain text', 'name', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['a poisoned prototype', '{"__proto__":{"admin":true},"name":"x"}', json, 400, 'malformed_json'],
    ['no body at all', undefined, {}, 400, 'invalid_request'],
  ])('%s is refused in one shape', async (_about, payload, headers, status, code) => {
    const answer = await post(payload, headers as Record<string, string>)
    expect(answer.statusCode).toBe(status)
    const problem = problemOf(answer)
    expect(problem).toMatchObject({ status, code })
    expect(problem.requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  test('every wrong field is named by its path', async () => {
    const answer = await post({ name: '', productKey: 'x', tlsRequired: 'yes', colour: 'red' })
    const { fields = {} } = problemOf(answer)
    expect(fields).toMatchObject({ name: 'Give the product a name', productKey: 'Use 4 to 64 letters, digits, - or _' })
    expect(Object.keys(fields).toSorted()).toEqual(['body', 'name', 'productKey', 'tlsRequired'])
  })

  test('a nested field is named by its whole path', async () => {
    const payload = { productKey: 'meter', deviceKey: 'device-1', tags: { 'a b': 'x' } }
    const answer = await harness.send('operator', { method: 'POST', url: `/api/orgs/${ORG}/devices`, payload })
    expect(problemOf(answer).fields).toEqual({ 'tags.a b': 'Tag keys have 1 to 50 letters, digits, _ - or /' })
  })

  test.each(['GET', 'POST', 'PUT', 'DELETE'] as const)(
    '%s of an unknown address of the API is a problem',
    async (method) => {
      const answer = await harness.send('operator', { method, url: '/api/nothing/here' })
      expect([answer.statusCode, problemOf(answer).code]).toEqual([404, 'not_found'])
    },
  )

  test.each([
    '/%',
    '/api/orgs/%zz',
    '/api/orgs/%00/products',
    '/api/orgs/%E0%A4%A/products',
    `/api/orgs/${'a'.repeat(700)}/products`,
  ])('nothing is at the address %s, which is said as of any other', async (url) => {
    const answer = await harness.send('operator', { url })
    expect([answer.statusCode, problemOf(answer).code]).toEqual([404, 'not_found'])
    expect(problemOf(answer).requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  test.each([
    ['a method that does not exist', 'GRAB / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'unreadable_request'],
    ['no HTTP at all', '\u0016\u0003\u0001', 400, 'unreadable_request'],
    ['20 kB of headers', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ])('%s is refused in the same shape', async (_about, bytes, status, code) => {
    const heard = await exchange(await listening(), bytes)
    const [head = '', body = ''] = heard.split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(head).toMatch(/^content-type: application\/problem\+json$/im)
    expect(head).toMatch(/^x-content-type-options: nosniff$/im)
    expect(Problem.parse(JSON.parse(body))).toMatchObject({ status, code })
  })
})

test('a full disk is said in words that fit whatever could not be kept', async () => {
  const full = await startHarness({ database: 'sqlite' })
  // what a full disk is to the database: no page can be added
  await full.db.transact((trx) => sql`pragma max_page_count = 1`.execute(trx))
  const make = (name: string) => {
    const payload = { name, description: 'x'.repeat(512) }
    return full.send('operator', { method: 'POST', url: PRODUCTS, payload })
  }
  let answer = await make('Meter')
  for (let row = 0; row < 200 && answer.statusCode === 201; row++) answer = await make(`Meter ${row}`)
  expect(problemOf(answer)).toMatchObject({
    status: 507,
    code: 'storage_full',
    title: 'The server has no room left, so nothing was changed. Tell GovTech, then try again.',
  })
  await full.close()
})

describe('requests from other sites', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['no origin that can be told', { origin: 'null' }, 403],
    ['another site, by the browser’s own word', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a neighbour of the same domain', { 'sec-fetch-site': 'same-site' }, 403],
    ['the portal', { origin: 'http://portal.test' }, 201],
    ['the portal under another of its names', { origin: 'http://localhost:8080', host: 'localhost:8080' }, 201],
    ['no browser', {}, 201],
  ])('from %s', async (_about, headers, status) => {
    expect((await post({ name: 'Meter' }, headers)).statusCode).toBe(status)
  })

  test('may not sign anyone in or out, and may not read either', async () => {
    const headers = { origin: 'https://evil.example' }
    const payload = { email: emailOf('viewer'), password: PASSWORD }
    expect((await harness.send(null, { method: 'POST', url: '/api/session', payload, headers })).statusCode).toBe(403)
    expect((await harness.send('viewer', { method: 'DELETE', url: '/api/session', headers })).statusCode).toBe(403)
    const read = await harness.send('viewer', { url: '/api/session', headers })
    expect(read.headers).not.toHaveProperty('access-control-allow-origin')
  })
})

test('too many calls from one address are refused for a while, but not downloads and not the probes', async () => {
  const limited = await startHarness({ env: { RATE_LIMIT_PER_MINUTE: '5' } })
  for (let n = 0; n < 5; n += 1) expect((await limited.send(null, { url: '/api/limits' })).statusCode).toBe(200)
  const refused = await limited.send(null, { url: '/api/limits' })
  expect([refused.statusCode, problemOf(refused).code]).toEqual([429, 'too_many_requests'])
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  const file = await limited.send(null, { url: '/files/00000000-0000-4000-8000-00000000dead/x' })
  expect(file.statusCode).toBe(403)
  // whoever restarts what does not answer may be behind the same proxy as those who ask too much
  expect((await limited.send(null, { url: '/healthz' })).statusCode).toBe(200)
  expect(problemOf(await limited.send(null, { url: '/readyz' })).code).toBe('not_ready')
  await limited.close()
})
