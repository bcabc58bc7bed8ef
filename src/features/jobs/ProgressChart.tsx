import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { memo, useId, useMemo } from 'react'

import type { Job } from '#contract/manage/jobs.ts'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { Time, useClock } from '#src/components/Time.tsx'
import { count, counted } from '#src/lib/bytes.ts'
import { duration } from '#src/lib/time.ts'
import { heightOf, LAYERS, outlines, some, valueOf, type Layer, type Moment } from './curve.ts'
import styles from './ProgressChart.module.css'
import { progressQuery } from './queries.ts'

const BOX = { width: 600, height: 150 }
const ROWS = 12

/** How the job went on. The curve is asked for now and then; its last point is always how things stand. */
export function ProgressChart({ org, job }: { org: string; job: Job }) {
  const { now } = useClock()
  const { id, counts, startedAt, endedAt } = job
  const curve = useQuery(progressQuery(org, id, endedAt ?? now))
  return (
    <Section title="Progress over time">
      <Resource noun="the progress" query={curve} height={200}>
        {({ points }) => (
          <Chart
            points={points}
            counts={counts}
            wasStarted={startedAt !== null}
            end={endedAt === null ? now : Date.parse(endedAt)}
          />
        )}
      </Resource>
    </Section>
  )
}

interface ChartProps {
  points: readonly { at: string; counts: Job['counts'] }[]
  counts: Job['counts']
  wasStarted: boolean
  end: number
}

const Chart = memo(function Chart({ points, counts, wasStarted, end }: ChartProps) {
  const moments = useMemo(() => {
    const known = points.map((point): Moment => ({ at: Date.parse(point.at), counts: point.counts }))
    const at = Math.max(end, known.at(-1)?.at ?? 0)
    return [...known, { at, counts }]
  }, [points, counts, end])
  if (moments.length < 3)
    return (
      <Text size="sm">
        {wasStarted ? 'Nothing has been recorded yet.' : 'There is nothing to draw before the job is started.'}
      </Text>
    )
  return (
    <Stack gap="xs">
      <Legend moments={moments} />
      <Drawing moments={moments} />
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed" component="div">
          <Time at={new Date(moments[0]?.at ?? 0).toISOString()} plain />
        </Text>
        <Text size="xs" c="dimmed" component="div">
          <Time at={new Date(moments.at(-1)?.at ?? 0).toISOString()} plain />
        </Text>
      </Group>
      <Numbers moments={moments} />
    </Stack>
  )
})

/** What the drawing shows, for those who cannot see it. */
function sentenceOf(moments: readonly Moment[]): string {
  const [first, last] = [moments[0], moments.at(-1)]
  if (!first || !last) return ''
  const parts = LAYERS.map(({ key, words }) => `${count(valueOf(last, key))} ${words.toLowerCase()}`)
  const lasted = duration((last.at - first.at) / 1_000)
  return `After ${lasted}, of ${counted(heightOf(moments), 'device')}: ${parts.join(', ')}.`
}

function Drawing({ moments }: { moments: readonly Moment[] }) {
  const hatch = useId()
  const paths = outlines(moments, BOX)
  return (
    <svg
      role="img"
      aria-label={sentenceOf(moments)}
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      preserveAspectRatio="none"
      className={styles['chart']}
    >
      <Hatch id={hatch} />
      {LAYERS.map(({ key }) => (
        <path key={key} d={paths[key]} className={styles[key]} />
      ))}
      <path d={paths.failed} fill={`url(#${hatch})`} />
    </svg>
  )
}

/** Failures are hatched, so that colour is not all that tells them from the others. */
const Hatch = ({ id }: { id: string }) => (
  <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <path d="M0 0V5" className={styles['hatch']} />
  </pattern>
)

function Legend({ moments }: { moments: readonly Moment[] }) {
  const last = moments.at(-1)
  return (
    <ul className={styles['legend']} aria-label="What is drawn">
      {LAYERS.map(({ key, words }) => (
        <li key={key}>
          <Swatch layer={key} />
          {words} {last && count(valueOf(last, key))}
        </li>
      ))}
      <li>of {counted(heightOf(moments), 'device')}</li>
    </ul>
  )
}

function Swatch({ layer }: { layer: Layer }) {
  const hatch = useId()
  return (
    <svg aria-hidden width="11" height="11">
      {layer === 'failed' && <Hatch id={hatch} />}
      <rect width="11" height="11" className={styles[layer]} />
      {layer === 'failed' && <rect width="11" height="11" fill={`url(#${hatch})`} />}
    </svg>
  )
}

function Numbers({ moments }: { moments: readonly Moment[] }) {
  return (
    <details className={styles['table']}>
      <summary>As a table</summary>
      <DataTable label="Progress over time" columns={['When', ...LAYERS.map(({ words }) => words), 'Waiting']}>
        {some(moments, ROWS).map((moment, n) => (
          <tr key={n}>
            <RowHeader>
              <Time at={new Date(moment.at).toISOString()} plain />
            </RowHeader>
            {LAYERS.map(({ key }) => (
              <td key={key}>{count(valueOf(moment, key))}</td>
            ))}
            <td>{count(moment.counts.init)}</td>
          </tr>
        ))}
      </DataTable>
    </details>
  )
}
