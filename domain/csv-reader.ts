/** One record of a file, as it stands there. */
export interface Row {
  /** Line of the file on which it begins, counted from 1. */
  line: number
  text: string
  /** What divides its cells. */
  delimiter: string
  /** Why it cannot be read: a quote is never closed, so that nobody knows where it ends, or its line never ends. */
  flaw: 'openQuote' | 'tooLong' | null
}

export interface CsvReader {
  /** Takes the next piece of the file, wherever it was cut. */
  push(text: string): void
  /** The last record, which needs no line end. */
  end(): void
}

/** A record of more characters is given out with its flaw: a quote that is never closed must not swallow the file. */
export const MAX_RECORD = 65_535

const hasOddQuotes = (text: string): boolean => text.includes('"') && text.split('"').length % 2 === 0

/** Cells of one record. Spaces outside quotes belong to nobody. */
export function cellsOf({ text, delimiter }: Row): string[] {
  if (!text.includes('"')) return text.split(delimiter).map((cell) => cell.trim())
  const cells: string[] = []
  let parts: string[] = []
  let isOpen = false
  for (const part of text.split(delimiter)) {
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

/** The same cell as `cellsOf(row)[column]`, without the others being made: a million lines are read so. */
export function cellOf(row: Row, column: number): string {
  const { text, delimiter } = row
  if (text.includes('"')) return cellsOf(row)[column] ?? ''
  let begin = 0
  for (let n = 0; n < column; n += 1) {
    const at = text.indexOf(delimiter, begin)
    if (at === -1) return ''
    begin = at + 1
  }
  const end = text.indexOf(delimiter, begin)
  return text.slice(begin, end === -1 ? text.length : end).trim()
}

/** Spreadsheets of some countries write semicolons, and copied tables have tabs. The first line tells. */
const delimiterOf = (line: string): string => [',', ';', '\t'].find((each) => line.includes(each)) ?? ','

/**
 * Reads CSV as RFC 4180 and spreadsheets write it, piece by piece; empty lines are no records.
 * @param give gets each record as soon as it is whole
 */
export function createCsvReader(give: (row: Row) => void): CsvReader {
  let rest = ''
  let open: string[] = []
  let openLength = 0
  let line = 0
  let begins = 1
  let delimiter: string | undefined
  /** The line that arrives was too long already, and is given out: what is left of it is no line of its own. */
  let isSkipping = false

  function done(text: string, flaw: Row['flaw']): void {
    if (text.trim() === '') return
    delimiter ??= delimiterOf(text)
    give({ line: begins, text, delimiter, flaw })
  }

  /** A record with a line end between quotes goes on in the next line. */
  function take(text: string): void {
    line += 1
    const isOdd = hasOddQuotes(text)
    const isLong = text.length > MAX_RECORD
    if (open.length === 0) {
      begins = line
      if (isLong || !isOdd) return done(text, isLong ? 'tooLong' : null)
    }
    open.push(text)
    openLength += text.length
    const isOpen = open.length === 1 || !isOdd
    if (isLong) close('tooLong')
    else if (!isOpen || openLength > MAX_RECORD) close(isOpen ? 'openQuote' : null)
  }

  function close(flaw: Row['flaw']): void {
    const text = open.join('\n')
    open = []
    openLength = 0
    done(text, flaw)
  }

  return {
    push(piece) {
      const text = rest === '' ? piece : rest + piece
      let begin = 0
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', begin)) {
        if (!isSkipping) take(text.slice(begin, text[end - 1] === '\r' && end > begin ? end - 1 : end))
        isSkipping = false
        begin = end + 1
      }
      rest = isSkipping ? '' : text.slice(begin)
      // a line without an end, as of a file that is no CSV at all; one more may be half of its end
      if (rest.length > MAX_RECORD + 1) {
        take(rest)
        rest = ''
        isSkipping = true
      }
    },
    end() {
      if (rest !== '') take(rest)
      if (open.length > 0) close('openQuote')
    },
  }
}
