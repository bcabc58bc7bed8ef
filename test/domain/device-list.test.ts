import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { DEVICE_LIST_MAX_ERRORS } from '#contract/manage/device-lists.ts'
import { canDeleteList, createDeviceListReader, listRefusals } from '#domain/device-list.ts'

function read(...pieces: string[]) {
  const reader = createDeviceListReader()
  const keys = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()]
  return { keys, refusal: reader.refusal() }
}

const READABLE: readonly (readonly [what: string, text: string, keys: string[]])[] = [
  ['one key on each line', 'fan-1\nfan-2\n', ['fan-1', 'fan-2']],
  ['no line end at the end', 'fan-1\nfan-2', ['fan-1', 'fan-2']],
  ['the line ends of Windows', 'fan-1\r\nfan-2\r\n', ['fan-1', 'fan-2']],
  ['empty lines', '\n\nfan-1\n\n \nfan-2\n', ['fan-1', 'fan-2']],
  ['a head', 'deviceKey\nfan-1\n', ['fan-1']],
  ['a head as people write it', 'Device Key\nfan-1\n', ['fan-1']],
  ['a head as databases write it', 'DEVICE_KEY\nfan-1\n', ['fan-1']],
  ['the column where it is', 'site,deviceKey,note\nnorth,fan-1,"a, b"\nsouth,fan-2,\n', ['fan-1', 'fan-2']],
  ['the first column without a head', 'fan-1,north\nfan-2,south\n', ['fan-1', 'fan-2']],
  ['semicolons', 'site;deviceKey\nnorth;fan-1\n', ['fan-1']],
  ['tabs', 'deviceKey\tsite\nfan-1\tnorth\n', ['fan-1']],
  ['quotes', '"deviceKey","note"\n"fan-1","said ""hm"""\n', ['fan-1']],
  ['a line end between quotes', 'note,deviceKey\n"two\nlines",fan-1\nx,fan-2\n', ['fan-1', 'fan-2']],
  ['spaces around', '  fan-1  ,x\n', ['fan-1']],
  ['a key that repeats', 'fan-1\nfan-1\n', ['fan-1', 'fan-1']],
]

describe('a device list', () => {
  test.each(READABLE)('is read with %s', (_what, text, keys) => {
    expect(read(text)).toEqual({ keys, refusal: null })
  })

  test.each(READABLE)('law: is read with %s however it is cut', (_what, text, keys) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: text.length }), { maxLength: 5 }), (cuts) => {
        const ends = [...cuts.toSorted((a, b) => a - b), text.length]
        const pieces = ends.map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end))
        expect(read(...pieces)).toEqual({ keys, refusal: null })
      }),
    )
  })

  test('names every wrong line and keeps nothing', () => {
    const { refusal } = read('deviceKey,note\nfan-1,a\nno\n"a key",b\n,empty\nfan-2,c\n')
    expect(refusal).toEqual({
      ...listRefusals.wrongLines(3, 5),
      fields: {
        'lines.3': '“no” is no device key: Use 4 to 64 letters, digits, - _ or .',
        'lines.4': '“a key” is no device key: Use 4 to 64 letters, digits, - _ or .',
        'lines.5': 'The device key is missing',
      },
    })
    expect(refusal?.title).toBe('3 of 5 lines are wrong, so nothing was kept.')
  })

  test('names as many as it may and counts them all', () => {
    const wrong = DEVICE_LIST_MAX_ERRORS + 5
    const { refusal } = read('x\n'.repeat(wrong))
    expect(Object.keys(refusal?.fields ?? {})).toHaveLength(DEVICE_LIST_MAX_ERRORS)
    expect(refusal?.title).toContain(`1,005 of 1,005 lines`)
  })

  test.each([
    ['nothing', ''],
    ['a head and nothing else', 'deviceKey\n'],
    ['empty lines', '\n\n\n'],
  ])('is refused when it has %s', (_what, text) => {
    expect(read(text).refusal).toMatchObject(listRefusals.empty())
  })

  test('is refused in words when it is no table at all', () => {
    const bytes = new TextDecoder().decode(Uint8Array.from({ length: 200_000 }, (_, at) => (at * 31) % 251))
    expect(read(bytes).refusal).toMatchObject({ code: 'device_list_wrong_lines' })
  })

  test.each([
    ['ends', 'fan-1\n"fan-2\nfan-3\n'],
    ['goes on for long', `fan-1\n"fan-2\n${'fan-3\n'.repeat(20_000)}`],
  ])('is refused when a quote is never closed and the file %s', (_what, text) => {
    expect(read(text).refusal?.fields).toMatchObject({ 'lines.2': 'A quote in this line is never closed' })
  })

  const OVERLONG = `deviceKey\nfan-1\n${'a'.repeat(200_000)}\nbad key\nfan-2\n`
  test.each([
    ['whole', [OVERLONG]],
    ['in small pieces', OVERLONG.match(/[^]{1,1000}/g) ?? []],
    ['cut within the line', [OVERLONG.slice(0, 65_552), OVERLONG.slice(65_552, 150_000), OVERLONG.slice(150_000)]],
  ])('a line that is too long is one wrong line, when it arrives %s', (_how, pieces) => {
    const reader = createDeviceListReader()
    const keys = pieces.flatMap((piece) => reader.push(piece))
    expect([...keys, ...reader.end()]).toEqual(['fan-1', 'fan-2'])
    expect(reader.refusal()).toEqual({
      ...listRefusals.wrongLines(2, 4),
      fields: {
        'lines.3': 'The line is too long: it has more than 65,535 characters',
        'lines.4': '“bad key” is no device key: Use 4 to 64 letters, digits, - _ or .',
      },
    })
  })

  test('a key is shown as far as it helps to find it', () => {
    expect(read('k'.repeat(5_000)).refusal?.fields['lines.1']).toMatch(/^“k{40}…” is no device key/)
  })

  test('more lines than a list may have are not read to the end', () => {
    const reader = createDeviceListReader()
    const piece = 'fan-1\n'.repeat(100_000)
    let pieces = 0
    for (; !reader.isTooLong() && pieces < 20; pieces += 1) reader.push(piece)
    expect(pieces).toBe(11)
    expect(reader.refusal()).toEqual({ ...listRefusals.tooLong(), fields: {} })
  })

  test('stays while a job needs it', () => {
    expect(canDeleteList(0)).toBe(true)
    expect(canDeleteList(1)).toMatchObject({
      code: 'device_list_in_use',
      title: '1 unfinished job uses this device list. End it first.',
    })
  })
})
