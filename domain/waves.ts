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

/** Cuts a closed list into waves, exact to the device, without sorting or keeping all of it. */
export interface WaveCut {
  /** Once through all devices. */
  count(deviceIds: readonly string[]): void
  /** A second time through the same ones, in any order. */
  narrow(deviceIds: readonly string[]): void
  /** Then the wave of each. */
  waveOf(deviceId: string): number
}

/** Parts of [0, 1) at most: of a million devices one holds fifteen. */
const PARTS = 65_536
type Place = readonly [place: number, deviceId: string]
const isBefore = ([a, x]: Place, [b, y]: Place): boolean => a < b || (a === b && x < y)

/**
 * Ordered by place, devices are cut at each wave's end. The parts are counted first, and then only those devices are
 * put in order that share a part with an end. Fewer devices need fewer parts.
 */
export function createWaveCut(waves: readonly Wave[], seed: string, parts = PARTS): WaveCut {
  const counts = new Uint32Array(parts)
  const partOf = (place: number): number => Math.floor(place * parts)
  let ends: number[] = []
  /** Parts in which a wave ends: how many devices stand before each, and the devices in it. */
  let edges: Map<number, { before: number; places: Place[] }> | null = null
  let firsts: (Place | undefined)[] | null = null

  function findEdges(): NonNullable<typeof edges> {
    const total = counts.reduce((sum, n) => sum + n, 0)
    ends = waveEnds(waves, total).map((end) => Math.ceil(end * total - 1e-9))
    const found: NonNullable<typeof edges> = new Map()
    let before = 0
    counts.forEach((n, part) => {
      // most parts of a small job are empty
      if (n > 0 && ends.some((end) => end >= before && end < before + n)) found.set(part, { before, places: [] })
      before += n
    })
    return found
  }

  /** Of each wave the first device that is not in it any more; undefined when it takes all that are left. */
  function findFirsts(): (Place | undefined)[] {
    const known = [...(edges ??= findEdges()).values()]
    for (const { places } of known) places.sort((a, b) => (isBefore(a, b) ? -1 : 1))
    return ends.map((end) => known.map(({ before, places }) => places[end - before]).find((first) => first))
  }

  return {
    count(deviceIds) {
      for (const id of deviceIds) {
        const part = partOf(placeOf(seed, id))
        counts[part] = (counts[part] ?? 0) + 1
      }
    },
    narrow(deviceIds) {
      edges ??= findEdges()
      for (const id of deviceIds) {
        const place = placeOf(seed, id)
        edges.get(partOf(place))?.places.push([place, id])
      }
    },
    waveOf(deviceId) {
      firsts ??= findFirsts()
      const place: Place = [placeOf(seed, deviceId), deviceId]
      const wave = firsts.findIndex((first) => first === undefined || isBefore(place, first))
      return wave === -1 ? firsts.length - 1 : wave
    },
  }
}

/** The waves of a closed list that is at hand as a whole. @returns wave number by device id */
export function cutWaves(waves: readonly Wave[], seed: string, deviceIds: readonly string[]): Map<string, number> {
  const cut = createWaveCut(waves, seed, Math.min(PARTS, deviceIds.length))
  cut.count(deviceIds)
  cut.narrow(deviceIds)
  return new Map(deviceIds.map((id) => [id, cut.waveOf(id)]))
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
  // met in the future: the clock was set back since, and the wave is observed anew
  const soakedAt = Math.min(wave.metAt ?? now, now) + gate.soakMinutes * 60_000
  if (now < soakedAt) return waiting('The wave before is being observed.', true, soakedAt)
  if (gate.person && !wave.advanced) return waiting('A person opens the next wave.', true)
  return { open: true }
}
