import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { cellOf, cellsOf, createCsvReader, type Row } from '#domain/csv-reader.ts'
import { csvLine } from '#domain/csv.ts'

describe('a line of CSV', () => {
  test.each([
    ['nothing', null, ''],
    ['a number', 5, '5'],
    ['a claim', false, 'false'],
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'a"b', '"a""b"'],
    ['a line end', 'a\r\nb', '"a\r\nb"'],
    ['a formula', '=1+1', "'=1+1"],
    ['a sum', '+1', "'+1"],
    ['a difference', '-1', "'-1"],
    ['a call', '@SUM(A1)', "'@SUM(A1)"],
    ['a tab in front', '\t=1', "'\t=1"],
    ['a return in front', '\r=1', '"\'\r=1"'],
    ['a formula that has to be quoted', '=A1,"x"', '"\'=A1,""x"""'],
    ['a sign inside', 'a=1', 'a=1'],
  ])('writes %s so that a spreadsheet shows it', (_what, cell, written) => {
    expect(csvLine([cell, 'x'])).toBe(`${written},x\r\n`)
  })

  test('law: what is not a formula is read back as it was, wherever the file is cut', () => {
    // spaces around a cell belong to nobody, and a record without any text is none
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', ',', '"', '\n', ';', ' ', '1') })
    const plain = cell.map((text) => `x${text}x`)
    const rows = fc.array(fc.array(plain, { minLength: 2, maxLength: 2 }), { minLength: 1 })
    fc.assert(
      fc.property(rows, fc.nat(), (written, cut) => {
        const text = written.map(csvLine).join('')
        const rowsRead: Row[] = []
        const reader = createCsvReader((row) => rowsRead.push(row))
        const at = cut % text.length
        reader.push(text.slice(0, at))
        reader.push(text.slice(at))
        reader.end()
        expect(rowsRead.map(cellsOf)).toEqual(written)
        expect(rowsRead.map((row) => [cellOf(row, 0), cellOf(row, 1)])).toEqual(written)
      }),
    )
  })
})
