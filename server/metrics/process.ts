import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

import type { Sample } from '#contract/manage/metrics.ts'
import type { Clock } from '#server/ports.ts'

const WINDOW_MS = 60_000
const RESOLUTION_MS = 20
const QUANTILES = [50, 99, 100] as const

/** The process itself: loop, memory, processor. */
export interface ProcessWatch {
  samples(): Sample[]
  stop(): void
}

/**
 * Watches the loop in windows of a minute: a maximum since the start would hide what happens now, and one since the
 * last question would depend on who else asks.
 */
export function watchProcess(clock: Clock): ProcessWatch {
  const startedAt = clock.now() - process.uptime() * 1_000
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  // a timer of the histogram itself is late by its resolution when nothing is
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1e3)
  const read = () => QUANTILES.map((percent) => late(delay.count === 0 ? 0 : delay.percentile(percent)))
  let window: number[] | undefined
  const turn = () => {
    window = read()
    delay.reset()
    cancel = clock.at(clock.now() + WINDOW_MS, turn)
  }
  let cancel = clock.at(clock.now() + WINDOW_MS, turn)

  return {
    samples() {
      const { rss, heapUsed, external } = process.memoryUsage()
      const { user, system } = process.cpuUsage()
      const delays = window ?? read()
      return [
        ...QUANTILES.map((percent, index): Sample => ({
          name: 'ota_event_loop_delay_seconds',
          labels: { quantile: String(percent / 100) },
          value: delays[index] ?? 0,
        })),
        { name: 'ota_event_loop_busy_seconds_total', value: performance.eventLoopUtilization().active / 1e3 },
        { name: 'process_cpu_seconds_total', value: (user + system) / 1e6 },
        { name: 'process_resident_memory_bytes', value: rss },
        { name: 'nodejs_heap_size_used_bytes', value: heapUsed },
        { name: 'nodejs_external_memory_bytes', value: external },
        { name: 'process_start_time_seconds', value: Math.round(startedAt / 1e3) },
      ]
    },
    stop() {
      cancel()
      delay.disable()
    },
  }
}
