import type { Wave, WaveGate } from '#contract/manage/policies.ts'

import { placeOf } from './hash.ts'

/** Where each wave ends, as shares of all devices in [0, 1]; the last is 1. */
export function waveEnds(waves: readonly Wave[], devices: number): number[] {
  if (waves.length === 0) return [1]
  return waves.map(({ upToDevices, upToPercent }) =>
    upToPercent === null ? Math.min(1, (upToDevices ?? 0) / Math.max(1, devices)) : upToPercent / 100,
  )
}

/** The wave of one device that joins by itself: its place decides, so that nobody is asked twice. */
export const waveOf = (ends: readonly number[], seed: string, deviceId: string): number => {
  const place = placeOf(seed, deviceId)
  const wave = ends.findIndex((end) => place < end)
  return wave === -1 ? ends.length - 1 : wave
}

/**
 * The waves of a closed list, exact to the device: ordered by place, cut at each wave's end.
 * @returns wave number by device id
 */
export function cutWaves(waves: readonly Wave[], seed: string, deviceIds: readonly string[]): Map<string, number> {
  const ends = waveEnds(waves, deviceIds.length).map((end) => Math.ceil(end * deviceIds.length - 1e-9))
  const ordered = deviceIds
    .map((id) => [placeOf(seed, id), id] as const)
    .sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1))
  return new Map(ordered.map(([, id], index) => [id, ends.findIndex((end) => index < end)]))
}

/** One wave as it stands. Rates count `succeeded` and `failed` only. */
export interface WaveFacts {
  size: number
  /** Ended in whatever way. */
  final: number
  succeeded: number
  failed: number
  /** When its rate was first good enough; null until then. */
  metAt: number | null
  /** A person has opened the next wave. */
  advanced: boolean
}

export type WaveAnswer =
  | { open: true }
  /** `met`: the rate is good and only time or a person is waited for. */
  | { open: false; met: boolean; reason: string; opensAt: number | null }

const waiting = (reason: string, met = false, opensAt: number | null = null): WaveAnswer => ({
  open: false,
  met,
  reason,
  opensAt,
})

/** Whether the gate behind a wave lets the next one go. */
export function waveGate(gate: WaveGate, wave: WaveFacts, now: number): WaveAnswer {
  const sample = Math.min(gate.sample, wave.size)
  const rated = wave.succeeded + wave.failed
  if (wave.final * 100 < wave.size * gate.finalPercent)
    return waiting(
      `${wave.final} of ${wave.size} devices of the wave before have ended; ${gate.finalPercent} % must have.`,
    )
  if (gate.successPercent !== null) {
    // whoever was skipped or already there rates nothing: a wave of such devices holds nobody back
    const asked = Math.min(sample, wave.final === wave.size ? rated : sample)
    if (rated < asked) return waiting(`${rated} of ${asked} results of the wave before are in.`)
    if (wave.succeeded * 100 < rated * gate.successPercent)
      return waiting(
        `${wave.succeeded} of ${rated} devices of the wave before succeeded; ${gate.successPercent} % must have.`,
      )
  }
  const soakedAt = (wave.metAt ?? now) + gate.soakMinutes * 60_000
  if (now < soakedAt) return waiting('The wave before is being observed.', true, soakedAt)
  if (gate.person && !wave.advanced) return waiting('A person opens the next wave.', true)
  return { open: true }
}
