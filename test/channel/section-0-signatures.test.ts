import { createHmac } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { deviceOf, startChannel, type TestChannel } from '../support/channel.ts'

/*
 * Statements 1 to 5 of the must-read list, with the test vectors of the protocol page (section 1.3) as they stand there,
 * over real sockets with bare packets.
 */

const java = 'dkOne{ip=10.0.0.5,version=enos-mqtt-0.2.2,compress=DEFAULT}'
interface Vector {
  name: string
  cid: string
  mode: 2 | 3
  method: string
  timestamp: string
  password: string
}

const [STATIC, DYNAMIC, PYTHON, ...OTHERS]: [Vector, Vector, Vector, ...Vector[]] = [
  {
    name: 'static',
    cid: 'dkOne',
    mode: 2,
    method: 'sha256',
    timestamp: '1700000000000',
    password: 'dbd9b181488a95f210047e45e3834f824c84415cac958754f7cf664c80ff3e44',
  },
  {
    name: 'dynamic',
    cid: 'dkOne',
    mode: 3,
    method: 'sha256',
    timestamp: '1700000000000',
    password: '52793c1e5de0de4855bf867a929b39a283cd92c2667b5016e43d24bb21d3c9d7',
  },
  {
    name: 'Python',
    cid: 'dkOne',
    mode: 2,
    method: 'hmacsha256',
    timestamp: '1700000000000.25',
    password: 'ff48cb2be80b52dfdc824e717c455364bacf40b9f810dd8575599815a68c0ff7',
  },
  {
    name: 'C',
    cid: 'pkAlpha1.dkOne',
    mode: 2,
    method: 'sha256',
    timestamp: '2524608000000',
    password: '4c7cf29f7ec36215abcecb9b0da06dc3e1b6dc689f9bc8434a6ab79d40abed8b',
  },
  {
    name: 'Java',
    cid: java,
    mode: 2,
    method: 'sha256',
    timestamp: '1700000000000',
    password: 'b131c1f1162e70028590d2d45cdfab26c66f15994b51e04c950ca4faa929b0c8',
  },
  {
    name: 'SHA-1',
    cid: 'dkOne',
    mode: 2,
    method: 'sha1',
    timestamp: '1700000000000',
    password: 'F2B4A5B74EB89CF178F4F1A10A5A4E7D324168DF',
  },
  {
    name: 'MD5',
    cid: 'dkOne',
    mode: 2,
    method: 'md5',
    timestamp: '1700000000000',
    password: '049384ebb31cb972855ea724cd14fe1c',
  },
]
const VECTORS = [STATIC, DYNAMIC, PYTHON, ...OTHERS]

let t: TestChannel
const dkOne = deviceOf('dkOne', { deviceSecret: 'dsSecret01', activated: false, dynamicActivation: true })
beforeAll(async () => {
  t = await startChannel([dkOne], { allowWeakSign: true })
})
afterAll(() => t.stop())

interface Fields {
  clientId: string
  username: string
  password: string
}
const fieldsOf = ({ cid, mode, method, timestamp, password }: Vector): Fields => ({
  clientId: `${cid}|securemode=${mode},signmethod=${method},timestamp=${timestamp}|`,
  username: 'dkOne&pkAlpha1',
  password,
})

/** The CONNACK's return code, and nothing that stays open. */
async function codeFor(fields: Fields): Promise<number> {
  const wire = await t.wire()
  const code = await wire.connect(fields)
  wire.drop()
  return code
}

const changedAt = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1)
const positions = (text: string): number[] => Array.from(text, (_, at) => at)

describe('3. the signature is a plain digest', () => {
  // a device that has used its own secret is not activated any more, so each vector meets a new one
  test.each(VECTORS)('the $name vector lets the device in, in either case', async (vector) => {
    const fields = fieldsOf(vector)
    for (const password of [fields.password.toLowerCase(), fields.password.toUpperCase()]) {
      dkOne.activated = false
      expect(await codeFor({ ...fields, password })).toBe(0)
    }
  })

  test.each(VECTORS)('one changed character anywhere in the $name signature is refused', async (vector) => {
    const fields = fieldsOf(vector)
    const changed = positions(fields.password).map((at) => ({ ...fields, password: changedAt(fields.password, at) }))
    expect(new Set(await Promise.all(changed.map(codeFor)))).toEqual(new Set([4]))
  })

  test('one changed character anywhere in what is signed is refused', async () => {
    const fields = fieldsOf(STATIC)
    const signed = 'dkOne|securemode=2,signmethod=sha256,timestamp=1700000000000'
    const inTime = positions(signed).filter((at) => at < 5 || at >= signed.indexOf('1700'))
    const changed = [
      ...inTime.map((at) => ({ ...fields, clientId: changedAt(fields.clientId, at) })),
      ...positions(fields.username)
        .filter((at) => fields.username[at] !== '&')
        .map((at) => ({ ...fields, username: changedAt(fields.username, at) })),
    ]
    expect(new Set(await Promise.all(changed.map(codeFor)))).toEqual(new Set([4]))
  })

  test('a true HMAC with the same secret is none', async () => {
    const { cid, timestamp } = PYTHON
    const text = `clientId${cid}deviceKeydkOneproductKeypkAlpha1timestamp${timestamp}`
    const password = createHmac('sha256', 'dsSecret01').update(text).digest('hex')
    expect(await codeFor({ ...fieldsOf(PYTHON), password })).toBe(4)
  })
})

test('1. and 2. a device is told its secret, comes back with it and is answered, and subscribes to nothing', async () => {
  dkOne.activated = false
  const first = await t.wire()
  expect(await first.connect(fieldsOf(DYNAMIC))).toBe(0)
  const told = await first.message('/ext/session/pkAlpha1/dkOne/thing/activate/info')
  expect(told).toMatchObject({ params: { deviceSecret: 'dsSecret01', deviceKey: 'dkOne', productKey: 'pkAlpha1' } })
  first.drop()
  const back = await t.wire()
  expect(await back.connect(fieldsOf(STATIC))).toBe(0)
  for (const part of ['inform', 'progress', 'getversion']) {
    const topic = `/sys/pkAlpha1/dkOne/ota/device/${part}`
    back.publish(topic, { id: '1', params: { version: '1', step: '1', desc: '' } })
    expect(await back.message(`${topic}_reply`)).toMatchObject({ id: '1', code: 200 })
  }
})
