import type { JobCounts, JobState, WaveProgress } from '#contract/manage/jobs.ts'
import type { Wave } from '#contract/manage/policies.ts'

import { resultOf } from './halt.ts'
import { totalOf, underWay } from './job.ts'
import type { Allowed } from './refusal.ts'
import type { TaskFacts } from './task-facts.ts'
import { waveGate, type WaveAnswer, type WaveFacts } from './waves.ts'

/** The waves of a job as they stand; a job that has only one keeps none. */
export interface WaveState {
  /** Number of the last wave that is open, from 0. */
  opened: number
  waves: readonly WaveFacts[]
  /** While the devices are cut into waves anew, only those up to this key are counted in them yet. */
  countedTo?: string
}

export const ONE_WAVE: WaveState = { opened: 0, waves: [] }

const newWave: WaveFacts = { size: 0, final: 0, succeeded: 0, failed: 0, metAt: null, advanced: false }

/** The waves of a job that begins, before its devices are placed in them. */
export const beginWaves = (waves: readonly Wave[]): WaveState =>
  waves.length < 2 ? ONE_WAVE : { opened: 0, waves: waves.map(() => newWave) }

/** The same for a job that has devices already: each is counted once it is placed, in the order of their keys. */
export const beginCut = (waves: readonly Wave[]): WaveState =>
  waves.length < 2 ? ONE_WAVE : { ...beginWaves(waves), countedTo: '' }

/** All devices are placed. */
export const endCut = ({ opened, waves }: WaveState): WaveState => ({ opened, waves })

/** Whether the waves count a device already; else it is counted when it is placed. */
export const isCounted = ({ countedTo }: WaveState, deviceKey: string): boolean =>
  countedTo === undefined || deviceKey <= countedTo

/** The waves of a job whose devices were cut into waves anew, some of which have ended already. */
export const recountWaves = (waves: readonly Wave[], tasks: readonly { wave: number; facts: Counted }[]): WaveState =>
  tasks.reduce((state, { wave, facts }) => placeInWave(state, wave, facts), beginWaves(waves))

/** Devices are placed in a wave, whatever they have shown already. @param by how many such; -1 takes one out */
export const placeInWave = (state: WaveState, wave: number, facts: Counted, by = 1): WaveState => {
  if (state.waves.length === 0) return state
  const is = shown(facts)
  const waves = state.waves.map((counted, n) =>
    n === wave
      ? {
          ...counted,
          size: counted.size + by,
          final: counted.final + by * is.final,
          succeeded: counted.succeeded + by * is.succeeded,
          failed: counted.failed + by * is.failed,
        }
      : counted,
  )
  return { ...state, waves }
}

type Counted = Pick<TaskFacts, 'status' | 'failure' | 'alreadyThere'>
const FINAL: ReadonlySet<TaskFacts['status']> = new Set(['succeeded', 'failed', 'skipped'])

function shown(task: Counted) {
  const result = resultOf(task)
  return {
    final: Number(FINAL.has(task.status)),
    succeeded: Number(result === 'succeeded'),
    failed: Number(result !== null && result !== 'succeeded'),
  }
}

/** Follows one task of a wave. */
export function countInWave(
  state: WaveState,
  wave: number,
  { before, after }: { before: Counted; after: Counted },
): WaveState {
  if (state.waves.length === 0) return state
  const [was, is] = [shown(before), shown(after)]
  const waves = state.waves.map((facts, n) =>
    n === wave
      ? {
          ...facts,
          final: facts.final + is.final - was.final,
          succeeded: facts.succeeded + is.succeeded - was.succeeded,
          failed: facts.failed + is.failed - was.failed,
        }
      : facts,
  )
  return { ...state, waves }
}

/** What the gate behind the last open wave says; null when no further wave waits for it. */
export function answerOf({ opened, waves }: WaveState, policy: readonly Wave[], now: number): WaveAnswer | null {
  // before the first device there is nothing that a gate could be judged by
  if (waves.every(({ size }) => size === 0)) return null
  const [facts, gate] = [waves[opened], policy[opened]?.gate]
  return facts && gate && opened + 1 < waves.length ? waveGate(gate, facts, now) : null
}

const withLast = (state: WaveState, change: Partial<WaveFacts>): WaveState => ({
  ...state,
  waves: state.waves.map((facts, n) => (n === state.opened ? { ...facts, ...change } : facts)),
})

/** Opens every wave whose gate lets it, and remembers since when a rate is good: spoilt, it is observed anew. */
export function openWaves(state: WaveState, policy: readonly Wave[], now: number): WaveState {
  const answer = answerOf(state, policy, now)
  if (answer === null) return state
  const metAt = state.waves[state.opened]?.metAt ?? null
  if (!answer.open) {
    // one that lies ahead was noted before the clock was set back
    const stands = answer.met ? metAt !== null && metAt <= now : metAt === null
    return stands ? state : withLast(state, { metAt: answer.met ? now : null })
  }
  return openWaves({ ...withLast(state, { metAt: metAt ?? now }), opened: state.opened + 1 }, policy, now)
}

/** The gate in front of a task's wave. */
export function waveOpen(
  state: WaveState,
  policy: readonly Wave[],
  { wave, now }: { wave: number; now: number },
): { open: true } | { open: false; reason: string; opensAt: number | null } {
  if (wave <= state.opened || state.waves.length === 0) return { open: true }
  const answer = answerOf(state, policy, now)
  if (answer === null || answer.open) return { open: false, reason: 'The next wave is about to open.', opensAt: now }
  // when one opens is known, when the one behind it does is not
  return { open: false, reason: answer.reason, opensAt: wave === state.opened + 1 ? answer.opensAt : null }
}

/** Whether a person may open the next wave now: the gate asks for one and waits for nothing else. */
export function mayAdvance(state: WaveState, policy: readonly Wave[], now: number): Allowed {
  const answer = answerOf(state, policy, now)
  if (answer === null) return { code: 'no_next_wave', title: 'The job has no further wave.' }
  if (!policy[state.opened]?.gate.person)
    return { code: 'wave_opens_by_itself', title: 'The next wave opens by itself, when its gate lets it.' }
  const opened = answerOf(withLast(state, { advanced: true }), policy, now)
  return opened?.open ? true : { code: 'wave_waits', title: answer.open ? '' : answer.reason }
}

export const advanceWave = (state: WaveState): WaveState => withLast(state, { advanced: true })

/** A job without waves as the one wave that it is. */
export function oneWave(state: JobState, counts: JobCounts): WaveProgress[] {
  const size = totalOf(counts)
  const final = size - counts.init - underWay(counts)
  return [
    {
      size,
      final,
      succeeded: counts.succeeded,
      failed: counts.failed,
      state: final === size ? 'done' : hasBegun(state, counts) ? 'open' : 'waiting',
      waitsFor: null,
      opensAt: null,
    },
  ]
}

function hasBegun(state: JobState, counts: JobCounts): boolean {
  return state === 'started' || state === 'halted' || totalOf(counts) > counts.init
}

interface Progressing {
  state: JobState
  counts: JobCounts
  waveState: WaveState
  policy: { waves: readonly Wave[] }
}

/** The waves of a job as the API shows them. */
export function progressOf({ state, counts, waveState, policy }: Progressing, now: number): WaveProgress[] {
  if (waveState.waves.length === 0) return oneWave(state, counts)
  const answer = answerOf(waveState, policy.waves, now)
  const begun = hasBegun(state, counts)
  return waveState.waves.map(({ size, final, succeeded, failed }, n) => {
    const waits = n === waveState.opened && answer !== null && !answer.open ? answer : { reason: null, opensAt: null }
    const open = n <= waveState.opened && begun
    return {
      size,
      final,
      succeeded,
      failed,
      state: open && final === size ? 'done' : open ? 'open' : 'waiting',
      waitsFor: waits.reason,
      opensAt: waits.opensAt === null ? null : new Date(waits.opensAt).toISOString(),
    }
  })
}
