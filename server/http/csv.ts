import { Readable } from 'node:stream'

import type { FastifyReply } from 'fastify'

import { headOf, linesOf, type Columns } from '#domain/tables.ts'

import type { Exchange } from './serve.ts'

/** A table on its way to a spreadsheet. */
export interface Table<Row> {
  /** Without its ending. Letters, digits and hyphens. */
  fileName: string
  columns: Columns<Row>
  /** Some rows at a time; the next are read when those before have been sent. */
  pages: AsyncIterable<readonly Row[]>
}

async function* textOf<Row>({ columns, pages }: Table<Row>): AsyncGenerator<string> {
  yield headOf(columns)
  for await (const rows of pages) if (rows.length > 0) yield linesOf(columns, rows)
}

/** Sends a table as it is read. One that breaks off half way ends the connection, so that nobody takes it for whole. */
export function sendCsv<Row>({ request, response }: Exchange, table: Table<Row>): FastifyReply {
  response.type('text/csv; charset=utf-8')
  response.header('content-disposition', `attachment; filename="${table.fileName}.csv"`)
  // for HEAD the framework drops what it reads: a whole table for nothing
  if (request.method === 'HEAD') return response.send(Readable.from([]))
  // few pages ahead: each is some hundred rows
  return response.send(Readable.from(textOf(table), { highWaterMark: 2 }))
}

/** Goes through a list by its own pages, from the first to the last. @param next the page behind a row, or the first */
export async function* walk<Row>(
  next: (after: Row | undefined) => Promise<{ items: readonly Row[]; hasNext: boolean }>,
): AsyncGenerator<readonly Row[]> {
  let last: Row | undefined
  for (let more = true; more;) {
    const page = await next(last)
    yield page.items
    last = page.items.at(-1)
    more = page.hasNext
  }
}
