import { headOf, linesOf, type Columns } from '#domain/tables.ts'

/** A table as a file, as the server sends it. */
export const csvResponse = <Row>(fileName: string, columns: Columns<Row>, rows: readonly Row[]): Response =>
  new Response(headOf(columns) + linesOf(columns, rows), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${fileName}.csv"`,
    },
  })
