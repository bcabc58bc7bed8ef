/** One record of a file, and the line of the file on which it begins, counted from 1. */
export interface Row {
  line: number
  cells: string[]
  /** A quote was opened in it and not closed, so that nobody knows where it ends. */
  isBroken: boolean
}

export interface CsvReader {
  /** Takes the next piece of the file, wherever it was cut. */
  push(text: string): Row[]
  /** The last record, which needs no line end. */
  end(): Row[]
}

/** A record that is longer is given out as broken: a quote that is never closed must not swallow the file. */
const MAX_RECORD = 65_536

const hasOddQuotes = (text: string): boolean => text.includes('"') && text.split('"').length % 2 === 0

/** Cells of one record. Spaces outside quotes belong to nobody. */
function cellsOf(record: string, delimiter: string): string[] {
  if (!record.includes('"')) return record.split(delimiter).map((cell) => cell.trim())
  const cells: string[] = []
  let parts: string[] = []
  let isOpen = false
  for (const part of record.split(delimiter)) {
    parts.push(part)
    // a delimiter between quotes is part of its cell
    if (hasOddQuotes(part)) isOpen = !isOpen
    if (isOpen) continue
    cells.push(unquoted(parts.join(delimiter).trim()))
    parts = []
  }
  return parts.length === 0 ? cells : [...cells, parts.join(delimiter).trim()]
}

const unquoted = (cell: string): string =>
  cell.length > 1 && cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell

/** Spreadsheets of some countries write semicolons, and copied tables have tabs. The first line tells. */
const delimiterOf = (line: string): string => [',', ';', '\t'].find((each) => line.includes(each)) ?? ','

/** Reads CSV as RFC 4180 and spreadsheets write it, piece by piece; empty lines are no records. */
export function createCsvReader(): CsvReader {
  let rest = ''
  let record: string[] = []
  let length = 0
  let isOpen = false
  let line = 0
  let begins = 1
  let delimiter: string | undefined

  function take(text: string): Row[] {
    line += 1
    if (record.length === 0) begins = line
    record.push(text)
    length += text.length
    if (hasOddQuotes(text)) isOpen = !isOpen
    return isOpen && length < MAX_RECORD ? [] : give()
  }

  function give(): Row[] {
    const whole = record.join('\n')
    const isBroken = isOpen
    record = []
    length = 0
    isOpen = false
    if (whole.trim() === '') return []
    delimiter ??= delimiterOf(whole)
    return [{ line: begins, cells: cellsOf(whole, delimiter), isBroken }]
  }

  return {
    push(text) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      // a line without an end, as of a file that is no CSV at all
      if (rest.length >= MAX_RECORD) {
        lines.push(rest)
        rest = ''
      }
      return lines.flatMap((each) => take(each.endsWith('\r') ? each.slice(0, -1) : each))
    },
    end() {
      const last = rest === '' && !isOpen ? [] : take(rest)
      return isOpen ? give() : last
    },
  }
}
