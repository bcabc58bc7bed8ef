import { Paper, VisuallyHidden } from '@mantine/core'
import { useRef, type ReactNode } from 'react'

import { useScrolls } from '#src/lib/use-scrolls.ts'
import styles from './DataTable.module.css'

type Column = string | { hidden: string } | { name: string; node: ReactNode }

interface Props {
  /** The table's name to everybody who does not see it, and to the tests. */
  label: string
  /** Column headings, in order. `hidden` names a column without a visible heading, `node` is shown for `name`. */
  columns: readonly Column[]
  /** Rows: components with keys, so that what is open in one survives every update. */
  children: ReactNode
}

/** A labelled table inside its own frame: on a narrow screen the frame scrolls, never the page. */
export function DataTable({ label, columns, children }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  // whoever works by keyboard comes to it to move it, and passes by where there is nothing to move
  const stop = useScrolls(frame) && { role: 'region', 'aria-label': `${label} (scrolls sideways)`, tabIndex: 0 }
  // a Paper has no ring of its own: it gets that of the buttons
  return (
    <Paper ref={frame} withBorder className={`mantine-focus-auto ${styles['frame']}`} {...stop}>
      <table aria-label={label} className={styles['table']}>
        <caption>
          <VisuallyHidden>{label}</VisuallyHidden>
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={nameOf(column)} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Paper>
  )
}

const nameOf = (column: Column) => {
  if (typeof column === 'string') return column
  return 'hidden' in column ? column.hidden : column.name
}

function Heading({ column }: { column: Column }) {
  if (typeof column === 'string') return <th scope="col">{column}</th>
  // such columns hold what is pressed: paper has no use for them
  if ('hidden' in column) {
    return (
      <th scope="col" data-screen>
        <VisuallyHidden>{column.hidden}</VisuallyHidden>
      </th>
    )
  }
  return (
    <th scope="col" aria-label={column.name} data-screen>
      {column.node}
    </th>
  )
}

/** The cell that names its row. */
export function RowHeader({ children }: { children: ReactNode }) {
  return <th scope="row">{children}</th>
}
