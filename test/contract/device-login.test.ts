import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { formatConnect, parseConnect, signConnect } from '#contract/device/connect.ts'
import { parseSignMethod, sign, signatureMatches } from '#contract/device/sign.ts'

const java = 'dkOne{ip=10.0.0.5,version=enos-mqtt-0.2.2,compress=DEFAULT}'
/** The vectors of the protocol page, section 1.3: name, cid, timestamp, secret, method, signature. */
const vectors = [
  [
    'static',
    'dkOne',
    '1700000000000',
    'dsSecret01',
    'sha256',
    'dbd9b181488a95f210047e45e3834f824c84415cac958754f7cf664c80ff3e44',
  ],
  [
    'dynamic',
    'dkOne',
    '1700000000000',
    'psSecret01',
    'sha256',
    '52793c1e5de0de4855bf867a929b39a283cd92c2667b5016e43d24bb21d3c9d7',
  ],
  [
    'Python',
    'dkOne',
    '1700000000000.25',
    'dsSecret01',
    'hmacsha256',
    'ff48cb2be80b52dfdc824e717c455364bacf40b9f810dd8575599815a68c0ff7',
  ],
  [
    'C',
    'pkAlpha1.dkOne',
    '2524608000000',
    'dsSecret01',
    'sha256',
    '4c7cf29f7ec36215abcecb9b0da06dc3e1b6dc689f9bc8434a6ab79d40abed8b',
  ],
  [
    'Java',
    java,
    '1700000000000',
    'dsSecret01',
    'sha256',
    'b131c1f1162e70028590d2d45cdfab26c66f15994b51e04c950ca4faa929b0c8',
  ],
  ['SHA-1', 'dkOne', '1700000000000', 'dsSecret01', 'sha1', 'F2B4A5B74EB89CF178F4F1A10A5A4E7D324168DF'],
  ['MD5', 'dkOne', '1700000000000', 'dsSecret01', 'md5', '049384ebb31cb972855ea724cd14fe1c'],
] as const

const identityOf = (cid: string, timestamp: string, method: string, secret: string) => {
  const mode = secret.startsWith('ps') ? 3 : 2
  const reading = parseConnect(
    `${cid}|securemode=${mode},signmethod=${method},timestamp=${timestamp}|`,
    'dkOne&pkAlpha1',
  )
  if (!reading.ok) throw new Error(reading.why)
  return reading.identity
}

describe('signature', () => {
  for (const [name, cid, timestamp, secret, method, expected] of vectors) {
    test(`the ${name} vector is accepted in either case, and no signature that differs in one character`, () => {
      const signed = signConnect(identityOf(cid, timestamp, method, secret), secret)
      expect(signatureMatches(signed, expected)).toBe(true)
      expect(signatureMatches(signed, expected.toUpperCase())).toBe(true)
      for (let at = 0; at < expected.length; at++) {
        const changed = expected.slice(0, at) + (expected[at] === '0' ? '1' : '0') + expected.slice(at + 1)
        expect(signatureMatches(signed, changed)).toBe(false)
      }
      expect(signatureMatches(signed, '')).toBe(false)
      expect(signatureMatches(signed, expected + '0')).toBe(false)
    })

    test(`one changed character in any signed part of the ${name} vector changes the signature`, () => {
      const identity = identityOf(cid, timestamp, method, secret)
      for (const field of ['cid', 'timestamp', 'productKey', 'deviceKey'] as const) {
        for (let at = 0; at < identity[field].length; at++) {
          const value = identity[field].slice(0, at) + '~' + identity[field].slice(at + 1)
          expect(signatureMatches(signConnect({ ...identity, [field]: value }, secret), expected)).toBe(false)
        }
      }
      expect(signatureMatches(signConnect(identity, secret + '1'), expected)).toBe(false)
    })
  }

  test('the vectors of the HTTP login and of a sub-device hold', () => {
    const login = { deviceKey: 'dkOne', lifetime: '300000', productKey: 'pkAlpha1', signMethod: 'sha256' }
    expect(sign('sha256', login, 'dsSecret01')).toBe('5ce08ec594e9113eff079760e67947d15ae5a7b41af7bcc39b1634d04254ee5a')
    const sub = { clientId: 'subOne', deviceKey: 'subOne', productKey: 'pkSub', timestamp: '1700000000000' }
    expect(sign('sha256', sub, 'subSecret1')).toBe('cfadfa70060a39028e8a635422d305529206f3d324d8a559f7ee890322cae789')
  })

  test('methods of the wire are known in any case, others are not', () => {
    expect(parseSignMethod('HmacSHA256')).toBe('hmacsha256')
    for (const name of ['', 'sha512', 'constructor', '__proto__']) expect(parseSignMethod(name)).toBeUndefined()
  })
})

describe('CONNECT', () => {
  test('what is formatted is read back', () => {
    const identity = identityOf(java, '1700000000000.25', 'sha256', 'dsSecret01')
    const connect = formatConnect(identity, 'dsSecret01')
    expect(parseConnect(connect.clientId, connect.username)).toEqual({ ok: true, identity })
  })

  test('a space after a comma is tolerated', () => {
    const reading = parseConnect('any|securemode=2, signmethod=sha256, timestamp=1|', 'dkOne&pkAlpha1')
    expect(reading).toMatchObject({ ok: true, identity: { secureMode: 2, signMethod: 'sha256', timestamp: '1' } })
  })

  test.each([
    ['no pairs', 'dkOne', 'dkOne&pkAlpha1', 'clientId'],
    ['no closing bar', 'dkOne|securemode=2,signmethod=sha256,timestamp=1', 'dkOne&pkAlpha1', 'clientId'],
    ['no id', '|securemode=2,signmethod=sha256,timestamp=1|', 'dkOne&pkAlpha1', 'clientId'],
    ['a mode that is not for devices', 'd|securemode=4,signmethod=sha256,timestamp=1|', 'dkOne&pkAlpha1', 'clientId'],
    ['an unknown method', 'd|securemode=2,signmethod=none,timestamp=1|', 'dkOne&pkAlpha1', 'clientId'],
    ['no timestamp', 'd|securemode=2,signmethod=sha256|', 'dkOne&pkAlpha1', 'clientId'],
    ['compression', 'd{compress=GZIP}|securemode=2,signmethod=sha256,timestamp=1|', 'dkOne&pkAlpha1', 'clientId'],
    [
      'an id of a megabyte',
      `${'d'.repeat(1_000_000)}|securemode=2,signmethod=sha256,timestamp=1|`,
      'dkOne&pkAlpha1',
      'clientId',
    ],
    ['no product', 'd|securemode=2,signmethod=sha256,timestamp=1|', 'dkOne', 'username'],
    ['a third part', 'd|securemode=2,signmethod=sha256,timestamp=1|', 'dkOne&pkAlpha1&x', 'username'],
    ['a slash in a key', 'd|securemode=2,signmethod=sha256,timestamp=1|', 'dk/One&pkAlpha1', 'username'],
    ['a wildcard in a key', 'd|securemode=2,signmethod=sha256,timestamp=1|', 'dkOne&pk+lpha', 'username'],
  ])('%s is malformed', (_name, clientId, username, malformed) => {
    expect(parseConnect(clientId, username)).toMatchObject({ ok: false, malformed })
  })

  test('nothing that is sent makes the reader throw', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (id, name) => void parseConnect(id, name)))
  })
})
