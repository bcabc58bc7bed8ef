import { Text } from '@mantine/core'

import type { Wave, WaveGate } from '#contract/manage/policies.ts'
import { count, counted } from '#src/lib/bytes.ts'
import { duration } from '#src/lib/time.ts'
import styles from './WaveBars.module.css'

interface Props {
  waves: readonly Wave[]
  /** How many devices there are, where it is known: a number of devices is then drawn as the share that it is. */
  devices?: number | undefined
}

interface Bar {
  start: number
  /** Percent of all devices. */
  end: number
  /** Its length is a guess: nobody knows yet how many devices there will be. */
  isGuess: boolean
}

/** Narrow enough to say "a few". */
const FEW_PERCENT = 2

function barsOf(waves: readonly Wave[], devices: number | undefined): Bar[] {
  const bars: Bar[] = []
  for (const { upToPercent, upToDevices } of waves) {
    const start = bars.at(-1)?.end ?? 0
    const share = upToPercent ?? (devices ? ((upToDevices ?? 0) / devices) * 100 : undefined)
    const end = Math.max(start, Math.min(100, share ?? start + FEW_PERCENT))
    bars.push({ start, end, isGuess: share === undefined })
  }
  return bars
}

/** The waves as bars of one length in all, each beginning where the one before ends. */
export function WaveBars({ waves, devices }: Props) {
  const bars = barsOf(waves, devices)
  return (
    <ol className={styles['waves']} aria-label="Waves">
      {waves.map((wave, index) => (
        // the place is what a wave is known by
        <li key={index}>
          <Text size="xs" className={styles['name'] ?? ''}>
            <span>Wave {index + 1}</span> <span>{reachOf(wave, devices)}</span>
          </Text>
          <span className={styles['track']} aria-hidden>
            <BarOf bar={bars[index]} />
          </span>
          {index < waves.length - 1 && (
            <Text size="xs" c="dimmed">
              {gateOf(wave.gate)}
            </Text>
          )}
        </li>
      ))}
    </ol>
  )
}

const BarOf = ({ bar }: { bar: Bar | undefined }) =>
  bar && (
    <span
      className={styles['bar']}
      data-guess={bar.isGuess || undefined}
      style={{ insetInlineStart: `${bar.start}%`, width: `${bar.end - bar.start}%` }}
    />
  )

function reachOf({ upToDevices, upToPercent }: Wave, devices: number | undefined): string {
  if (upToPercent === null) return `up to ${counted(upToDevices ?? 0, 'device')}`
  if (upToPercent === 100) return 'all others'
  const many = devices ? `, ${count(Math.ceil((devices * upToPercent) / 100))} of ${counted(devices, 'device')}` : ''
  return `up to ${upToPercent} %${many}`
}

/** What must hold before the next wave goes: "80 % ended, 95 % of at least 10 results good, watched for 30 min". */
function gateOf({ finalPercent, successPercent, sample, soakMinutes, person }: WaveGate): string {
  const rate = successPercent === null ? [] : [`${successPercent} % of at least ${counted(sample, 'result')} good`]
  const soak = soakMinutes > 0 ? [`watched for ${duration(soakMinutes * 60)}`] : []
  const asked = person ? ['opened by a person'] : []
  return `Next when: ${[`${finalPercent} % ended`, ...rate, ...soak, ...asked].join(', ')}`
}
