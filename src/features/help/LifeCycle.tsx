import { Box, Text } from '@mantine/core'
import { useId } from 'react'

import styles from './LifeCycle.module.css'

interface Station {
  x: number
  y: number
  label: string
  /** Below the label. */
  note?: string
  tone?: 'good' | 'bad'
}

const WIDTH = 150
const HEIGHT = 44

/** Firmware above, a device of a job below: what happens to the one lets the other begin. */
const STATIONS: readonly Station[] = [
  { x: 8, y: 30, label: 'Upload', note: 'checked, digests' },
  { x: 188, y: 30, label: 'Verify', note: 'on a few devices' },
  { x: 368, y: 30, label: 'Verified', note: 'may go to all' },
  { x: 548, y: 30, label: 'Upgrade job', note: 'by its policy' },
  { x: 8, y: 160, label: 'To be Pushed', note: 'its turn will come' },
  { x: 188, y: 160, label: 'Pushed', note: 'told, not begun' },
  { x: 368, y: 160, label: 'In Progress', note: 'fetches, installs' },
  { x: 548, y: 130, label: 'Upgrade Successful', tone: 'good' },
  { x: 548, y: 196, label: 'Upgrade Failed', note: 'with the reason', tone: 'bad' },
]

const ARROWS: readonly string[] = [
  'M158 52H184',
  'M338 52H364',
  'M518 52H544',
  // the job's devices begin on the left of the row below
  'M623 74V100H83V156',
  'M158 182H184',
  'M338 182H364',
  'M518 176L544 158',
  'M518 190L544 212',
]

/** A failed device goes round again. */
const RETRY = 'M623 240V268H83V208'

/** The way of a firmware and of a device, drawn; the words below say the same. */
export function LifeCycle() {
  const titleId = useId()
  const arrowId = useId()
  return (
    <>
      {/* on a narrow screen nobody could read it: there the words stand alone */}
      <Box visibleFrom="sm">
        <svg viewBox="0 0 706 280" role="img" aria-labelledby={titleId} className={styles['drawing']}>
          <title id={titleId}>
            From upload to upgraded devices: firmware is uploaded, verified on a few devices and then goes out with an
            upgrade job, in which each device is first to be pushed, then pushed, then in progress, and ends successful
            or failed; failed devices can go round again.
          </title>
          <defs>
            <marker id={arrowId} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0 0 8 4 0 8Z" fill="currentColor" />
            </marker>
          </defs>
          <text x="8" y="18" className={styles['row']}>
            A firmware
          </text>
          <text x="94" y="128" className={styles['row']}>
            Each device of the job
          </text>
          {[...ARROWS, RETRY].map((path) => (
            <path key={path} d={path} className={styles['arrow']} markerEnd={`url(#${arrowId})`} />
          ))}
          <text x="353" y="262" className={styles['note']}>
            retried, by the policy or by you
          </text>
          {STATIONS.map((box) => (
            <Drawn key={box.label} {...box} />
          ))}
        </svg>
        <Text size="sm" mt="sm">
          The same in words:
        </Text>
      </Box>
      <ol className={styles['words']}>
        <li>You upload a binary file. The portal and the server check it and compute its digests.</li>
        <li>A verification job tries it on a few devices at hand. When enough succeed, the firmware is Verified.</li>
        <li>An upgrade job sends it to the others, as fast and at the hours that its policy says, wave after wave.</li>
        <li>
          Each device of the job is To be Pushed until its turn comes, Pushed once it has been told, and In Progress
          while it fetches and installs.
        </li>
        <li>It ends as Upgrade Successful or Upgrade Failed, with the reason. What failed can be retried.</li>
      </ol>
    </>
  )
}

function Drawn({ x, y, label, note, tone }: Station) {
  return (
    <g className={styles['box']} data-tone={tone}>
      <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx="4" />
      <text x={x + WIDTH / 2} y={y + (note ? 18 : 27)} className={styles['label']}>
        {label}
      </text>
      {note && (
        <text x={x + WIDTH / 2} y={y + 34} className={styles['note']}>
          {note}
        </text>
      )}
    </g>
  )
}
