import { Paper, Table, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'

import styles from './DataTable.module.css'

interface Props {
  /** The table's name to everybody who does not see it, and to the tests. */
  label: string
  /** Column headings, in order. An object names a column that shows no heading. */
  columns: readonly (string | { hidden: string } | { name: string; node: ReactNode })[]
  /** Rows: components with keys, so that what is open in one survives every update. */
  children: ReactNode
}

/** A labelled table inside its own frame: on a narrow screen the frame scrolls, never the page. */
export function DataTable({ label, columns, children }: Props) {
  return (
    <Paper withBorder className={styles['frame']} role="region" aria-label={`${label}, scrollable`} tabIndex={0}>
      <Table aria-label={label} verticalSpacing={7} horizontalSpacing="md" className={styles['table']}>
        <Table.Caption className={styles['caption']}>
          <VisuallyHidden>{label}</VisuallyHidden>
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Heading key={typeof column === 'string' ? column : nameOf(column)} column={column} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Paper>
  )
}

type Column = Props['columns'][number]

const nameOf = (column: Exclude<Column, string>) => ('hidden' in column ? column.hidden : column.name)

function Heading({ column }: { column: Column }) {
  if (typeof column === 'string') return <Table.Th scope="col">{column}</Table.Th>
  return (
    <Table.Th scope="col" aria-label={nameOf(column)}>
      {'node' in column ? column.node : <VisuallyHidden>{column.hidden}</VisuallyHidden>}
    </Table.Th>
  )
}

/** The cell that names its row. */
export function RowHeader({ children }: { children: ReactNode }) {
  return (
    <Table.Th scope="row" className={styles['rowHeader']}>
      {children}
    </Table.Th>
  )
}
