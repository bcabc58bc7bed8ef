import { describe, expect, test } from 'vitest'

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
})
