import { afterEach, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import { formatMetrics, METRICS } from '#contract/manage/metrics.ts'

import { startHarness, type Harness } from './harness.ts'
import { makeThings } from './manage-world.ts'
import { databases } from './support/databases.ts'

const TOKEN = 'a token of sixteen characters and more'

let harness: Harness
afterEach(() => harness.close())

const get = (headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  harness.send(null, { url: '/metrics', headers, remoteAddress })

/** Value of one sample of the page. */
const valueOf = async (sample: string): Promise<number | undefined> => {
  const line = (await get()).body.split('\n').find((one) => one.startsWith(`${sample} `))
  return line === undefined ? undefined : Number(line.slice(sample.length + 1))
}

describe('the metrics with a token', () => {
  const start = async () => {
    harness = await startHarness({ env: { METRICS_TOKEN: TOKEN } })
  }

  test.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`])('are told to whoever sends it: %s', async (authorization) => {
    await start()
    expect((await get({ authorization }, '192.0.2.7')).statusCode).toBe(200)
  })

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Bearer ${TOKEN.toUpperCase()}`,
    TOKEN,
    `Basic ${Buffer.from(`:${TOKEN}`).toString('base64')}`,
  ])('are refused to everybody else, on this machine too: %s', async (authorization) => {
    await start()
    const answer = await get(authorization === undefined ? {} : { authorization })
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer'])
    expect(Problem.parse(answer.json()).title).toContain('METRICS_TOKEN')
    expect(answer.body).not.toContain('ota_')
  })
})

describe('the metrics without a token', () => {
  test.each([
    ['127.0.0.1', {}, 200],
    ['::1', {}, 200],
    ['192.0.2.7', {}, 401],
    ['192.0.2.7', { 'x-forwarded-for': '127.0.0.1' }, 401],
    ['127.0.0.1', { 'x-forwarded-for': '192.0.2.7' }, 401],
    ['127.0.0.1', { forwarded: 'for=192.0.2.7' }, 401],
  ])('asked for from %s with %j: %i', async (address, headers, status) => {
    harness = await startHarness()
    expect((await get(headers as Record<string, string>, address)).statusCode).toBe(status)
  })

  test.each(databases)('count jobs and tasks of all organisations, on %s', async (database) => {
    harness = await startHarness({ database })
    const before = (await valueOf('ota_tasks{state="init"}')) ?? 0
    await makeThings(harness)
    expect(await valueOf('ota_tasks{state="init"}')).toBe(before + 1)
    expect(await valueOf('ota_jobs{state="stopped"}')).toBe(1)
    expect(await valueOf('ota_jobs{state="completed"}')).toBe(0)
  })

  test('name no organisation, device or address', async () => {
    harness = await startHarness()
    const { productKey, deviceId, orgId } = await makeThings(harness)
    const { body } = await get()
    for (const secret of [productKey, deviceId, orgId, 'hdb', '127.0.0.1']) expect(body).not.toContain(secret)
  })

  test('tell of the process and have a line of help for each family', async () => {
    harness = await startHarness()
    const { body } = await get()
    expect(await valueOf('process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
    expect(await valueOf('process_cpu_seconds_total')).toBeGreaterThan(0)
    for (const name of new Set([...body.matchAll(/^([a-z_]+)[{ ]/gm)].map(([, family = '']) => family))) {
      expect(METRICS).toHaveProperty(name)
      expect(body).toContain(`# TYPE ${name} ${METRICS[name as keyof typeof METRICS].type}\n`)
    }
  })
})

test('a label keeps its text, whatever stands in it', async () => {
  harness = await startHarness()
  const page = formatMetrics([{ name: 'ota_device_events_total', labels: { event: 'a "b"\\\n}' }, value: 2 }])
  expect(page).toContain('ota_device_events_total{event="a \\"b\\"\\\\\\n}"} 2\n')
})
