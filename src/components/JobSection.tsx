import { Anchor } from '@mantine/core'
import type { ComponentProps } from 'react'
import { Link } from 'react-router-dom'

import type { Job } from '#contract/manage/jobs.ts'
import { Empty } from './Empty.tsx'
import { JobTable } from './JobTable.tsx'
import { Resource } from './Resource.tsx'
import { Section } from './Section.tsx'

type Listed = ComponentProps<typeof Resource<{ items: readonly Job[]; nextCursor: string | null }>>

interface Props extends Pick<ComponentProps<typeof JobTable>, 'org' | 'label' | 'percentOf'> {
  title: string
  query: Listed['query']
  /** What it means that there is none. */
  none: string
  /** Where all of them stand, when there are more than one page shows. */
  all: string
}

/** The jobs of something, on its own page. */
export function JobSection({ title, query, none, all, ...table }: Props) {
  return (
    <Section title={title} bare>
      <Resource
        noun="its jobs"
        query={query}
        height={96}
        isEmpty={({ items }) => items.length === 0}
        empty={<Empty title={none} />}
      >
        {({ items, nextCursor }) => (
          <>
            <JobTable {...table} jobs={items} />
            {nextCursor && (
              <Anchor component={Link} to={all} size="sm">
                All its jobs
              </Anchor>
            )}
          </>
        )}
      </Resource>
    </Section>
  )
}
