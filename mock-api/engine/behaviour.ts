/** What a simulated device does, so and so long after it was pushed to. */
export type Act =
  | { does: 'progress'; step: number; text: string }
  /** Drops its connection. */
  | { does: 'leave' }
  /** Connects in a new session and informs its version. */
  | { does: 'return'; on: 'target' | 'source' }

export interface Step {
  /** Milliseconds since the push. */
  after: number
  act: Act
}

const progress = (after: number, step: number, text: string): Step => ({ after, act: { does: 'progress', step, text } })

const downloading = [progress(300, 0, 'Downloading'), progress(700, 35, 'Downloading'), progress(1_100, 70, 'Checking')]
const written = [...downloading, progress(1_500, 100, 'Written')]
const restart = (on: 'target' | 'source'): Step[] => [
  { after: 1_900, act: { does: 'leave' } },
  { after: 2_600, act: { does: 'return', on } },
]

/** By the beginning of the device key; any other key is a device that does as it is told. */
const BEHAVIOURS: Readonly<Record<string, readonly Step[]>> = {
  'fails-download': [progress(300, 0, 'Downloading'), progress(800, -2, 'connection reset after 12 %')],
  'fails-verification': [...downloading, progress(1_400, -3, 'digest differs')],
  'fails-writing': [...downloading, progress(1_400, -4, 'flash sector 12 is worn')],
  declines: [progress(400, -5, 'battery low')],
  'falls-back': [...written, ...restart('source')],
  silent: [],
  stalls: [progress(300, 0, 'Downloading'), progress(900, 40, 'Downloading')],
  'waits-for-restart': written,
}

const prompt = [...written, ...restart('target')]

/** Devices do not march in step: each is up to half slower than the fastest. */
const paceOf = (deviceKey: string): number =>
  1 + (Array.from(deviceKey).reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 50) / 100

/** The steps of this device after a push. Retried, a troubled device does well, so that a retry can be shown. */
export function behaviourOf(deviceKey: string, attempt: number): Step[] {
  const troubled = Object.entries(BEHAVIOURS).find(([prefix]) => deviceKey.startsWith(prefix))?.[1]
  const steps = (attempt === 1 ? troubled : undefined) ?? prompt
  const pace = paceOf(deviceKey)
  return steps.map(({ after, act }) => ({ after: Math.round(after * pace), act }))
}
