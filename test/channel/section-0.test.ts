import { generate } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { startChannel, type TestChannel } from '../support/channel.ts'
import { connectFields, type Wire } from '../support/mqtt-wire.ts'
import { askAs, SDKS, type SdkShape } from '../support/sdk-shapes.ts'

/*
 * The must-read list of the protocol page, statement by statement and in its order, over real sockets with bare packets.
 */

let t: TestChannel
beforeEach(async () => {
  t = await startChannel()
})
afterEach(() => t.stop())

const keys = { productKey: 'pkAlpha1', deviceKey: 'dev1' }
const device = { deviceId: 'id-dev1', orgId: 'org', ...keys }
const at = (part: string) => `/sys/pkAlpha1/dev1/ota/device/${part}`
const offer = {
  version: '1.5.0',
  signMethod: 'md5',
  sign: '9e107d9d372bb6826bd81d3542a419d6',
  fileUrl: 'https://ota.example/fw/1',
  fileSize: 300_000,
} as const

const loginAs = async (sdk: SdkShape): Promise<Wire> => {
  const wire = await t.wire()
  expect(await wire.connect(sdk.connect(keys, 'secret-dev1'), sdk.packet)).toBe(0)
  return wire
}

for (const sdk of SDKS) {
  describe(`a device with the ${sdk.name} SDK`, () => {
    test('1. is delivered to without a SUBSCRIBE', async () => {
      const wire = await loginAs(sdk)
      t.channel.door.push(device, { id: '7000002', offer })
      expect(await wire.message(at('upgrade'))).toMatchObject({ id: '7000002', params: offer })
    })

    test('2. is answered with no live subscription after an unclean drop', async () => {
      const first = await loginAs(sdk)
      await askAs(sdk, first, keys, 'inform', { version: '1.4.0' })
      first.drop()
      const second = await loginAs(sdk)
      second.publish(at('inform'), sdk.request('2', 'inform', { version: '1.4.0' }))
      expect(await second.message(at('inform_reply'))).toMatchObject({ id: '2', code: 200 })
    })

    test('3. signs with a plain digest, in its own case', async () => {
      const wire = await t.wire()
      const fields = sdk.connect(keys, 'secret-dev1')
      const swapped =
        fields.password === fields.password.toLowerCase()
          ? fields.password.toUpperCase()
          : fields.password.toLowerCase()
      expect(await wire.connect({ ...fields, password: swapped }, sdk.packet)).toBe(0)
    })

    test('6. gets its id back byte for byte, as text', async () => {
      const wire = await loginAs(sdk)
      expect(await askAs(sdk, wire, keys, 'inform', { version: '1' }, '00017')).toMatchObject({ id: '00017' })
    })

    test('8. is answered with an integer code', async () => {
      const wire = await loginAs(sdk)
      for (const part of ['inform', 'progress', 'getversion'] as const) {
        const answer = await askAs(sdk, wire, keys, part, { version: '1', step: '10', desc: '' })
        expect(answer).toMatchObject({ code: 200 })
      }
    })

    test('9. is understood by topic, whatever its method says', async () => {
      const wire = await loginAs(sdk)
      await askAs(sdk, wire, keys, 'inform', { version: '1.4.0' })
      await askAs(sdk, wire, keys, 'progress', { step: '25', desc: 'downloading' })
      expect(t.reports()).toEqual([
        { kind: 'inform', version: '1.4.0' },
        { kind: 'progress', step: 25, text: 'downloading' },
      ])
    })

    test('10. finds an object or a list in data, never a bare word', async () => {
      const wire = await loginAs(sdk)
      expect(await askAs(sdk, wire, keys, 'inform', { version: '1' })).toMatchObject({ data: {} })
      expect(await askAs(sdk, wire, keys, 'getversion', {})).toMatchObject({ data: [] })
      expect(await askAs(sdk, wire, keys, 'inform', {})).toMatchObject({ code: 460, data: {} })
    })

    test('11. is offered all five fields, the size as an integer', async () => {
      t.memory.answer = () => ({ code: 200, message: 'ok', offer })
      const wire = await loginAs(sdk)
      expect(await askAs(sdk, wire, keys, 'getversion', {})).toEqual({
        id: '1',
        code: 200,
        message: 'ok',
        data: [offer],
      })
    })
  })
}

describe('whatever the SDK', () => {
  test.each(['1795423346623.4773', '2524608000000', '0', '-1', 'last Tuesday'])(
    '4. the timestamp %s is opaque text and is not checked for freshness',
    async (timestamp) => {
      const wire = await t.wire()
      expect(await wire.connect(connectFields(keys, 'secret-dev1', { timestamp }))).toBe(0)
    },
  )

  test('5. the session is of the device in the username: another client id takes over, another device’s id does not', async () => {
    const older = await t.wire()
    await older.connect(connectFields(keys, 'secret-dev1', { cid: 'dev1' }))
    const other = await t.device('dev2')
    const newer = await t.wire()
    await newer.connect(connectFields(keys, 'secret-dev1', { cid: 'dev2' }))
    await older.closed
    await other.settle()
    expect(t.channel.door.sessions()).toBe(2)
  })

  test('5. a client id that is the same in two devices connects both', async () => {
    const wires = await Promise.all([t.wire(), t.wire()])
    const codes = await Promise.all(
      wires.map((wire, index) =>
        wire.connect(
          connectFields({ ...keys, deviceKey: `dev${index + 1}` }, `secret-dev${index + 1}`, { cid: 'same' }),
        ),
      ),
    )
    expect(codes).toEqual([0, 0])
    await Promise.all(wires.map((wire) => wire.settle()))
  })

  test('6. a numeric id is echoed as text', async () => {
    const wire = await t.device('dev1')
    wire.publish(at('inform'), '{"id":17,"params":{"version":"1"}}')
    expect(await wire.message(at('inform_reply'))).toMatchObject({ id: '17' })
  })

  test('7. the id of a command that the service makes is text that no counter reaches', async () => {
    const activating = await startChannel()
    const record = activating.devices[0]
    if (record) Object.assign(record, { activated: false, dynamicActivation: true })
    const wire = await activating.wire()
    await wire.connect(connectFields(keys, 'psSecret01', { secureMode: 3 }))
    const message = await wire.message('/ext/session/pkAlpha1/dev1/thing/activate/info')
    expect(message).toMatchObject({ id: expect.stringMatching(/^\d{10}$/) })
    await activating.stop()
  })

  test.each([
    ['"1101"', 1101],
    ['"500"', 500],
    ['1102', 1102],
    ['200', 200],
  ])('8. an answer with code %s is read', async (code, read) => {
    const wire = await t.device('dev1')
    wire.publish(at('upgrade_reply'), `{"id":"7000002","code":${code},"data":"","message":"m"}`)
    await wire.packet('puback')
    expect(t.reports()).toEqual([{ kind: 'upgradeReply', commandId: '7000002', code: read, message: 'm' }])
  })

  test('9. a method of another topic does no harm', async () => {
    const wire = await t.device('dev1')
    wire.publish(
      at('progress'),
      '{"id":"1","method":"ota.device.inform","params":{"step":"5","desc":"x","version":"9"}}',
    )
    expect(await wire.message(at('progress_reply'))).toMatchObject({ code: 200 })
    expect(t.reports()).toEqual([{ kind: 'progress', step: 5, text: 'x' }])
  })

  test('12. no upgrade_reply is asked for: progress and inform are enough', async () => {
    const wire = await t.device('dev1')
    t.channel.door.push(device, { id: '7000002', offer })
    await wire.message(at('upgrade'))
    wire.publish(at('progress'), { id: '1', params: { step: '20', desc: '' } })
    wire.publish(at('inform'), { id: '2', params: { version: '1.5.0' } })
    await wire.message(at('inform_reply'))
    expect(t.reports().map(({ kind }) => kind)).toEqual(['progress', 'inform'])
  })

  test('13. SUBSCRIBE and the first PUBLISH may come in one piece, even with the CONNECT', async () => {
    const fields = connectFields(keys, 'secret-dev1')
    const wire = await t.wire()
    wire.sendRaw(
      Buffer.concat([
        generate({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clean: true,
          keepalive: 60,
          ...fields,
          password: Buffer.from(fields.password),
        }),
        generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: at('inform_reply'), qos: 1 }] }),
        generate({
          cmd: 'publish',
          topic: at('inform'),
          payload: '{"id":"1","params":{"version":"1"}}',
          qos: 1,
          messageId: 2,
          dup: false,
          retain: false,
        }),
      ]),
    )
    expect(await wire.message(at('inform_reply'))).toMatchObject({ id: '1', code: 200 })
    expect(wire.arrived.map(({ cmd }) => cmd).toSorted()).toEqual(['connack', 'puback', 'suback'])
  })

  test('14. CONNACK comes no sooner than 20 milliseconds', async () => {
    const wire = await t.wire()
    const sentAt = performance.now()
    await wire.connect(connectFields(keys, 'secret-dev1'))
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(20)
  })

  test('a session that asks to persist is served as a clean one', async () => {
    const wire = await t.wire()
    wire.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      keepalive: 60,
      clean: false,
      ...connectFieldsOf('dev1'),
    })
    expect(await wire.packet('connack')).toMatchObject({ returnCode: 0, sessionPresent: false })
  })

  test('a will and a retained message are taken from nobody and given to nobody', async () => {
    const wire = await t.wire()
    wire.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      keepalive: 60,
      clean: true,
      ...connectFieldsOf('dev1'),
      will: { topic: '/sys/pkAlpha1/dev2/ota/device/upgrade', payload: Buffer.from('x'), qos: 1, retain: true },
    })
    await wire.packet('connack')
    wire.send({
      cmd: 'publish',
      topic: '/sys/pkAlpha1/dev2/ota/device/upgrade',
      payload: 'x',
      qos: 1,
      messageId: 9,
      dup: false,
      retain: true,
    })
    await wire.packet('puback')
    wire.drop()
    const other = await t.device('dev2')
    other.subscribe('/sys/pkAlpha1/dev2/ota/device/upgrade')
    await other.packet('suback')
    await other.settle()
    expect(other.arrived).toEqual([])
  })
})

const connectFieldsOf = (deviceKey: string) => {
  const fields = connectFields({ ...keys, deviceKey }, `secret-${deviceKey}`)
  return { ...fields, password: Buffer.from(fields.password) }
}
