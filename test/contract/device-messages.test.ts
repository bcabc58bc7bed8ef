import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { parseKeepingNumbers } from '#contract/device/json.ts'
import {
  formatReportAnswer,
  formatUpgrade,
  readActivation,
  readOffer,
  readReport,
  readUpgrade,
} from '#contract/device/ota.ts'
import { formatTopic, otaTopic, parseTopic, replyTopic } from '#contract/device/topics.ts'

const MAX = 65_536
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))

describe('topics', () => {
  const keys = { productKey: 'pkAlpha1', deviceKey: 'dkOne' }

  test('what is formatted is read back', () => {
    for (const topic of [otaTopic(keys, 'inform'), '/ext/session/pkAlpha1/dkOne/combine/login/batch']) {
      const parsed = parseTopic(topic)
      expect(parsed && formatTopic(parsed)).toBe(topic)
    }
    expect(replyTopic(otaTopic(keys, 'upgrade'))).toBe('/sys/pkAlpha1/dkOne/ota/device/upgrade_reply')
  })

  test.each([
    '',
    '/',
    'sys/pk/dk/x',
    '/sys/pk/dk',
    '/sys/pk/dk/',
    '/sys//dk/x',
    '/ext/pk/dk/x',
    '$SYS/pk/dk/x',
    `/sys/pk/dk/${'x'.repeat(600)}`,
  ])('%j names no device', (topic) => expect(parseTopic(topic)).toBeUndefined())
})

describe('numbers keep their text', () => {
  test.each([
    ['{"version":1.0}', { version: '1.0' }],
    ['{"a":[1e3,-0.50,0],"b":"1.0"}', { a: ['1e3', '-0.50', '0'], b: '1.0' }],
    ['{"a\\"1":"2\\\\","c":3}', { 'a"1': '2\\', c: '3' }],
  ])('%s', (text, expected) => expect(parseKeepingNumbers(text)).toEqual(expected))

  test.each(['{1:2}', '01', '1.', '--1', '1 2', '"1', '{"a":1,}', ''])('%j is not JSON', (text) => {
    expect(() => parseKeepingNumbers(text)).toThrow(SyntaxError)
  })

  test('everything but numbers is as JSON.parse reads it', () => {
    const stringify = (value: unknown): unknown => {
      if (typeof value === 'number') return JSON.stringify(value)
      if (Array.isArray(value)) return value.map(stringify)
      if (value === null || typeof value !== 'object') return value
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, stringify(inner)]))
    }
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        expect(JSON.stringify(parseKeepingNumbers(text))).toBe(JSON.stringify(stringify(JSON.parse(text))))
      }),
    )
  })
})

describe('reports', () => {
  const read = (part: string, message: unknown) => readReport(`ota/device/${part}`, bytes(message), MAX)

  test.each([
    ['{"id":"1","params":{"version":1.0}}', '1.0'],
    ['{"id":"1","params":{"version":"1.4.0"}}', '1.4.0'],
    ['{"id":"1","params":{"version":1e2}}', '1e2'],
    [JSON.stringify({ id: '1', params: { version: 'v'.repeat(100) } }), 'v'.repeat(64)],
    [JSON.stringify({ id: '1', params: { version: 'a\u0000b\ud800' } }), 'a b\ufffd'],
  ])('inform %s', (message, version) => {
    expect(read('inform', message)).toEqual({ ok: true, id: '1', value: { kind: 'inform', version } })
  })

  test.each([
    ['"35"', 35],
    ['35', 35],
    ['35.9', 35],
    ['"100"', 100],
    ['"-2"', -2],
    ['-5', -5],
    ['"-9"', -1],
    ['-0', 0],
  ])('progress step %s', (step, expected) => {
    const reading = read('progress', `{"id":7,"method":"ota.progress","params":{"step":${step},"desc":null}}`)
    expect(reading).toEqual({ ok: true, id: '7', value: { kind: 'progress', step: expected, text: '' } })
  })

  test.each([
    ['progress', '{"id":"7","params":{"step":"20"}}', 'whose desc the Java SDK dropped'],
    ['getversion', '{"id":"7"}', 'without params'],
    ['upgrade_reply', '{"id":"7","code":200}', 'without data and message'],
  ])('%s %s, %s', (part, message) => {
    expect(read(part, message)).toMatchObject({ ok: true, id: '7' })
  })

  test('progress without desc is read, as the Java SDK sends none for null', () => {
    expect(read('progress', '{"id":"7","params":{"step":"5"}}')).toMatchObject({
      ok: true,
      value: { step: 5, text: '' },
    })
  })

  test.each(['{"id":"1","code":200}', '{"code":200,"id":"1","data":null}'])(
    'upgrade_reply %s needs no data and no message',
    (message) => {
      expect(read('upgrade_reply', message)).toMatchObject({
        ok: true,
        value: { commandId: '1', code: 200, message: '' },
      })
    },
  )

  test.each(['{"id":"1"}', '{"id":"1","params":null}', '{"id":"1","params":[]}', '{}'])(
    'getversion %s needs no params',
    (message) => {
      expect(read('getversion', message)).toMatchObject({ ok: true, value: { kind: 'getversion' } })
    },
  )

  test.each(['101', '"abc"', '""', 'null', '{}', '1e2', '"NaN"'])('progress step %s is refused', (step) => {
    expect(read('progress', `{"id":"7","params":{"step":${step}}}`)).toMatchObject({ ok: false, id: '7', code: 460 })
  })

  test.each([
    ['{"id":"7000001","code":200,"data":{}}', 200],
    ['{"id":7000001,"code":"1101","data":"","message":"downstream command handler not registered"}', 1101],
  ])('upgrade_reply %s', (message, code) => {
    expect(read('upgrade_reply', message)).toMatchObject({ ok: true, value: { commandId: '7000001', code } })
  })

  test.each([
    ['', 1251],
    ['{', 1220],
    [Buffer.from([0x22, 0xff, 0x22]), 1220],
    ['[]', 460],
    ['17', 460],
    ['null', 460],
    ['{"id":{},"params":{}}', 460],
    [`{"id":"1","params":{"version":"${'x'.repeat(MAX)}"}}`, 1008],
  ])('%# is refused with the protocol’s code', (payload, code) => {
    expect(readReport('ota/device/inform', Buffer.from(payload), MAX)).toMatchObject({ ok: false, code })
  })

  test('a topic that is not ours is refused, and the id is echoed', () => {
    expect(read('request', { id: '9', params: {} })).toMatchObject({ ok: false, id: '9', code: 400 })
  })

  test('no bytes make the reader throw', () => {
    const paths = fc.constantFrom('inform', 'progress', 'getversion', 'upgrade_reply', 'other')
    fc.assert(
      fc.property(
        paths,
        fc.uint8Array({ maxLength: 200 }),
        (part, payload) => void readReport(`ota/device/${part}`, payload, MAX),
      ),
    )
    fc.assert(fc.property(paths, fc.jsonValue(), (part, value) => void read(part, JSON.stringify(value))))
  })
})

describe('what a device is told', () => {
  const firmware = {
    version: '1.5.0',
    signMethod: 'md5',
    sign: '9e10',
    fileUrl: 'https://ota.example/1',
    fileSize: 300_000,
  } as const

  test('an upgrade has a text id and five fields, with an integer size', () => {
    expect(JSON.parse(formatUpgrade('7000002', firmware))).toEqual({
      id: '7000002',
      version: '1.0',
      method: 'ota.device.upgrade',
      params: firmware,
    })
    expect(readUpgrade(bytes(formatUpgrade('7000002', firmware)), MAX)).toEqual({
      ok: true,
      id: '7000002',
      value: firmware,
    })
  })

  test('a size beyond 32 bits is refused', () => {
    expect(readUpgrade(bytes(formatUpgrade('7000002', { ...firmware, fileSize: 2_147_483_648 })), MAX)).toMatchObject({
      ok: false,
    })
  })

  test('getversion is answered with a list of at most one, everything else with an object', () => {
    const answer = { code: 200, message: 'ok' }
    expect(JSON.parse(formatReportAnswer('5', 'getversion', { ...answer, offer: firmware })).data).toEqual([firmware])
    expect(JSON.parse(formatReportAnswer('5', 'getversion', answer))).toEqual({
      id: '5',
      code: 200,
      message: 'ok',
      data: [],
    })
    expect(JSON.parse(formatReportAnswer('5', 'inform', answer)).data).toEqual({})
    expect(readOffer(parseKeepingNumbers(JSON.stringify([firmware])))).toEqual(firmware)
    expect(readOffer([])).toBeUndefined()
  })

  test('an activation that is no activation is read as nothing', () => {
    expect(readActivation(bytes('{"params":{"deviceSecret":"s"}}'))).toBe('s')
    for (const text of ['', '{', '{"params":{}}', 'null']) expect(readActivation(bytes(text))).toBeUndefined()
  })
})
