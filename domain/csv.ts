/** One cell as it is known; null is an empty one. */
export type Cell = string | number | boolean | null

/** A spreadsheet takes a cell that begins so for a formula and would run it. */
const FORMULA = /^[=+\-@\t\r]/
const NEEDS_QUOTES = /[",\r\n]/

function textOf(cell: Cell): string {
  const text = cell === null ? '' : String(cell)
  const safe = FORMULA.test(text) ? `'${text}` : text
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One record as RFC 4180 writes it, its line end included; what a spreadsheet would run is shown as text. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(textOf).join(',')}\r\n`
