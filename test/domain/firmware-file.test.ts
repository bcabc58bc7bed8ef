import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { createFirmwareJudge, judgeSize } from '#domain/firmware-file.ts'

const LIMIT = 104_857_600
const utf8 = (text: string) => new TextEncoder().encode(text)
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const utf16 = (text: string, bigEndian: boolean, mark = false) => {
  const view = new DataView(new ArrayBuffer((text.length + (mark ? 1 : 0)) * 2))
  const units = [...(mark ? [0xfeff] : []), ...Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))]
  units.forEach((unit, i) => view.setUint16(i * 2, unit, !bigEndian))
  return new Uint8Array(view.buffer)
}
const utf32 = (text: string, bigEndian: boolean, mark = false) => {
  const points = [...(mark ? [0xfeff] : []), ...Array.from(text, (letter) => letter.codePointAt(0) ?? 0)]
  const view = new DataView(new ArrayBuffer(points.length * 4))
  points.forEach((point, i) => view.setUint32(i * 4, point, !bigEndian))
  return new Uint8Array(view.buffer)
}
const bytes = (...values: number[]) => Uint8Array.from(values)
const join = (...parts: Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]))
/** A repeatable stand-in for compressed or encrypted firmware. */
const noise = (length: number) => {
  let state = 0x9e3779b9
  return Uint8Array.from({ length }, () => (state = (state * 1664525 + 1013904223) >>> 0) >>> 24)
}

function judge(file: Uint8Array, chunk = file.length || 1) {
  const judged = createFirmwareJudge(LIMIT)
  for (let at = 0; at < file.length; at += chunk) judged.push(file.subarray(at, at + chunk))
  return judged.end()
}

const prose = 'Firmware notes: line one\r\nline two\tvalue\n'.repeat(20)

const binary: [string, Uint8Array][] = [
  ['one NUL byte', bytes(0)],
  ['one control byte', bytes(1)],
  ['an ELF header', join(utf8('\x7fELF'), bytes(2, 1, 1, 0, 0, 0, 0, 0, 0, 0))],
  ['a zip archive', join(utf8('PK'), bytes(3, 4, 20, 0, 8, 0))],
  ['a gzip stream', bytes(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3)],
  ['a PNG picture', bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0)],
  ['noise', noise(4096)],
  ['noise without NUL', noise(4096).filter((byte) => byte !== 0)],
  ['a tar of text files', join(utf8('readme.txt'), new Uint8Array(502), utf8(prose))],
  ['prose with one NUL', join(utf8(prose), bytes(0), utf8(prose))],
  ['prose, then a binary payload', join(utf8(prose), noise(20_000))],
  ['ARM vectors', bytes(0, 0x20, 0, 0x20, 0xc1, 1, 0, 8, 0xc9, 1, 0, 8)],
  ['overlong UTF-8 with controls', join(bytes(0xc0, 0x80), bytes(1, 2, 3, 4))],
  ['UTF-16 halves without a partner and controls', bytes(0x00, 0xd8, 0x00, 0xd8, 1, 0, 0, 1)],
]

const text: [string, Uint8Array][] = [
  ['ASCII prose', utf8(prose)],
  ['one letter', utf8('A')],
  ['UTF-8 with a mark', join(bytes(0xef, 0xbb, 0xbf), utf8('naïve 中文 🚀'))],
  ['UTF-8 of four scripts', utf8('English 中文 தமிழ் Melayu')],
  ['coloured terminal output', utf8('\x1b[31mred\x1b[0m\n')],
  ['UTF-16 LE with a mark', utf16('中文 firmware', false, true)],
  ['UTF-16 BE with a mark', utf16('中文 firmware', true, true)],
  ['UTF-16 LE without a mark', utf16(prose, false)],
  ['UTF-16 BE without a mark', utf16(prose, true)],
  ['UTF-32 LE with a mark', utf32('中文 firmware', false, true)],
  ['UTF-32 BE without a mark', utf32(prose, true)],
  ['Latin-1 prose', latin1('Größe: fünf Äpfel, zehn Öfen. '.repeat(10))],
  ['Windows quotes', latin1('He said \x93hello\x94 and left. '.repeat(10))],
  ['JSON', utf8('{"version":"1.5.0"}')],
]

describe('the fixture table of the binary rule', () => {
  test.each(binary)('%s is binary', (_name, file) => {
    expect(judge(file)).toEqual({ ok: true, sizeBytes: file.length })
  })
  test.each(text)('%s is text', (_name, file) => {
    expect(judge(file)).toMatchObject({ ok: false, code: 'file_not_binary' })
  })
  test.each([...binary, ...text])('%s is judged the same in pieces of one byte', (_name, file) => {
    expect(judge(file, 1)).toEqual(judge(file))
  })
})

test('Intel HEX and S-record say how to convert them', () => {
  expect(judge(utf8(':10010000214601360121470136007EFE09D2190140\n'))).toMatchObject({
    title: expect.stringContaining('ihex'),
  })
  expect(judge(utf8('S00F000068656C6C6F202020202000003C\n'))).toMatchObject({ title: expect.stringContaining('srec') })
})

test('size is judged before a byte is read, and while bytes come', () => {
  expect(judgeSize(0, LIMIT)).toMatchObject({ code: 'file_empty' })
  expect(judgeSize(LIMIT, LIMIT)).toBeNull()
  expect(judgeSize(LIMIT + 1, LIMIT)).toMatchObject({ title: expect.stringContaining('100 MB (104,857,600 bytes)') })
  expect(judge(new Uint8Array(0))).toMatchObject({ ok: false, code: 'file_empty' })
  const small = createFirmwareJudge(3)
  expect(small.push(bytes(0, 1, 2))).toBe(true)
  expect(small.push(bytes(3))).toBe(false)
  expect(small.end()).toMatchObject({ ok: false, code: 'file_too_large' })
})

test('law: whatever decodes as UTF-8 without controls is text, in whatever pieces it comes', () => {
  const printable = fc.string({ minLength: 1, unit: 'binary' }).filter((s) => !/\p{Cc}|\p{Cs}/u.test(s))
  fc.assert(
    fc.property(printable, fc.integer({ min: 1, max: 7 }), (s, chunk) => {
      expect(judge(utf8(s), chunk).ok).toBe(false)
    }),
  )
})

test('law: the pieces in which a file comes never change the verdict', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.integer({ min: 1, max: 9 }), (file, chunk) => {
      expect(judge(file, chunk)).toEqual(judge(file))
    }),
  )
})
