import { describe, expect, test } from 'vitest'

import { readAuth, signAuth } from '#contract/device/http.ts'
import { readReport, readUpgrade } from '#contract/device/ota.ts'
import type { Endpoint } from '#contract/endpoint.ts'
import { examples } from '#contract/examples/index.ts'
import type { AnyExample } from '#contract/examples/kit.ts'
import { endpoints } from '#contract/index.ts'
import { LiveEvents, type LiveEventName } from '#contract/manage/live.ts'
import { JobDetail } from '#contract/manage/jobs.ts'
import { canDeleteFirmware } from '#domain/can.ts'
import { reasonOf } from '#domain/reasons.ts'
import { headOf, ACTIVITY_COLUMNS, TASK_COLUMNS } from '#domain/tables.ts'
import { newTask } from '#domain/task.ts'
import { waveGate } from '#domain/waves.ts'

/** Endpoint and example of a name; an operation without an example fails here, by its name. */
function both(name: string): [Endpoint, AnyExample] {
  const [endpoint, example] = [endpoints.get(name), examples.get(name)]
  if (!endpoint) throw new Error(`there is no operation ${name}`)
  if (!example) throw new Error(`${name} has no example: add one in contract/examples`)
  return [endpoint, example]
}
const text = (name: string, part: 'body' | 'reply') => String(both(name)[1][part])

test('every operation has an example, and every example an operation', () => {
  expect([...examples.keys()].toSorted()).toEqual([...endpoints.keys()].toSorted())
})

describe.each([...endpoints.keys()])('the example of %s', (name) => {
  test('is a call that the contract takes', () => {
    const [{ params, query, body, kind, method }, example] = both(name)
    // strict, so that a value that the operation does not read is found
    if (params) params.strict().parse(example.params)
    if (query) query.strict().parse(example.query ?? {})
    if (body) body.parse(example.body)
    if (!body && kind === 'json') expect(example.body).toBeUndefined()
    if (kind === 'csv' && method === 'POST') expect(example.body).toEqual(expect.any(String))
  })

  test('is answered as the contract answers', () => {
    const [{ reply, kind, status, method }, example] = both(name)
    const silent = status === 204 || method === 'HEAD'
    const answersJson = kind === 'json' || (kind === 'csv' && method === 'POST')
    if (answersJson && !silent) expect(reply.parse(example.reply)).toEqual(example.reply)
    else if (silent) expect(example.reply).toBeUndefined()
    // bytes are shown by their headers
    else expect(example.reply ?? example.replyHeaders).toBeDefined()
  })
})

test('sentences in examples are those that the rules say', () => {
  const refused = canDeleteFirmware(1)
  const { refusal } = both('firmware.deletePreview')[1].reply as { refusal: object }
  expect(refused).toMatchObject(refusal)
  const job = JobDetail.parse(both('jobs.view')[1].reply)
  const [first] = job.policy.waves
  const wave = { size: 5, final: 0, succeeded: 0, failed: 0, metAt: null, advanced: false }
  expect(first && waveGate(first.gate, wave, 0)).toMatchObject({ reason: job.waves[0]?.waitsFor })
  const { items } = both('devices.history')[1].reply as { items: { why: string; action: string }[] }
  expect(items[0]).toMatchObject({ why: reasonOf({ ...newTask('1.4.0'), status: 'published' }) })
})

describe('examples that are text', () => {
  test('a table has the columns of the real one, and its lines as many cells', () => {
    for (const [name, head] of [
      ['jobs.tasksCsv', headOf(TASK_COLUMNS)],
      ['activity.csv', headOf(ACTIVITY_COLUMNS)],
    ] as const) {
      const [first, ...lines] = text(name, 'reply').split(/(?<=\r\n)/)
      expect(first).toBe(head)
      const cells = (line = '') => line.replaceAll(/"[^"]*"/g, '').split(',').length
      expect(lines.map(cells)).toEqual([cells(head)])
    }
  })

  test('the live stream carries events of the contract', () => {
    const events = [...text('live.stream', 'reply').matchAll(/^event: (\w+)\ndata: (.*)$/gm)]
    expect(events.length).toBeGreaterThan(1)
    for (const [, name, data = ''] of events) LiveEvents[name as LiveEventName].parse(JSON.parse(data))
  })

  test('a device signs with the secret that its registration was answered with', () => {
    const auth = readAuth(Buffer.from(text('deviceHttp.auth', 'body')), 4_096)
    const { params: keys } = both('deviceHttp.auth')[1] as { params: { productKey: string; deviceKey: string } }
    const { deviceSecret } = both('devices.create')[1].reply as { deviceSecret: string }
    expect(auth).toMatchObject({ ok: true })
    if (auth.ok) expect(auth.value.sign).toBe(signAuth(keys, auth.value, deviceSecret))
  })

  test('a device reports, and the upgrade that rides on the answer can be read', () => {
    const { body, replyHeaders } = both('deviceHttp.message')[1]
    const report = readReport('ota/device/inform', Buffer.from(String(body)), 4_096)
    expect(report).toMatchObject({ ok: true, value: { kind: 'inform', version: '1.4.0' } })
    const command = readUpgrade(Buffer.from(replyHeaders?.['command-payload'] ?? ''), 4_096)
    expect(command).toMatchObject({ ok: true, value: { version: '1.5.0', fileSize: 4_096 } })
  })
})
