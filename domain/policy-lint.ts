import { FailureKind } from '#contract/manage/failure.ts'
import { windowMinutes, type Policy } from '#contract/manage/policies.ts'

/** Nothing forbids it, and somebody will regret it. `path` names the field beside which it is said. */
export interface PolicyWarning {
  code: 'windowShorterThanTimeout' | 'waveBelowSample' | 'haltNeverFires' | 'haltAfterRetries'
  path: string
  title: string
}

type Check = (policy: Policy, devices: number | null) => PolicyWarning[]

const shortWindow: Check = ({ window, timeoutSeconds }) =>
  window && windowMinutes(window) * 60 < timeoutSeconds
    ? [
        {
          code: 'windowShorterThanTimeout',
          path: 'timeoutSeconds',
          title: 'The window is shorter than the timeout: an upgrade that begins in it may end after it.',
        },
      ]
    : []

const waveSizes = (policy: Policy, devices: number): number[] => {
  const ends = policy.waves.map(
    ({ upToDevices, upToPercent }) => upToDevices ?? Math.ceil((devices * (upToPercent ?? 100)) / 100),
  )
  return ends.map((end, i) => end - (ends[i - 1] ?? 0))
}

const smallWaves: Check = (policy, devices) =>
  devices === null
    ? []
    : waveSizes(policy, devices)
        .slice(0, -1)
        .flatMap((size, i): PolicyWarning[] => {
          const gate = policy.waves[i]?.gate
          return gate && gate.successPercent !== null && size < gate.sample
            ? [
                {
                  code: 'waveBelowSample',
                  path: `waves.${i}.gate.sample`,
                  title: `Wave ${i + 1} has ${size} devices and cannot give ${gate.sample} results; ${size} are asked for.`,
                },
              ]
            : []
        })

const deafHalt: Check = ({ halt }, devices) =>
  halt && devices !== null && halt.failureCount === null && halt.sample > devices
    ? [
        {
          code: 'haltNeverFires',
          path: 'halt.sample',
          title: `The halt rule waits for ${halt.sample} results and the job has ${devices} devices: it cannot fire.`,
        },
      ]
    : []

/** Rates count what has ended, and what goes round again has not: it is neither under way nor a failure yet. */
const lateHalt: Check = ({ halt, retry }) => {
  if (halt === null || retry.attempts === 0) return []
  const isMeant = (kind: FailureKind) => kind !== 'refused' && (halt.kinds.length === 0 || halt.kinds.includes(kind))
  const retried = retry.kinds.length === 0 ? FailureKind.options : retry.kinds
  return retried.some(isMeant)
    ? [
        {
          code: 'haltAfterRetries',
          path: 'retry.attempts',
          title:
            'What is retried counts for the halt rule only when no attempt is left: until then firmware that always fails reaches more devices.',
        },
      ]
    : []
}

/**
 * Warnings about a policy that is valid.
 * @param devices how many the job targets, or null while that is not known
 */
export const lintPolicy: Check = (policy, devices) =>
  [shortWindow, smallWaves, deafHalt, lateHalt].flatMap((check) => check(policy, devices))
