import type { Sample } from '#contract/manage/metrics.ts'
import type { WorkReader } from '#server/ports-metrics.ts'
import type { Clock } from '#server/ports.ts'

import { channelSamples } from './channels.ts'
import { watchProcess } from './process.ts'

interface Channel {
  counts(): Record<string, number>
  door: { sessions(): number }
}

export interface MetricsTerms {
  clock: Clock
  work: WorkReader
  channel: Channel
  httpChannel: Channel
  live: { streams(): number }
  downloads(): { running: number; bytes: number; completed: number; cut: number; refused: number }
}

/** Reads everything that the metrics page tells. */
export interface Metrics {
  read(): Promise<Sample[]>
  stop(): void
}

export function createMetrics({ clock, work, channel, httpChannel, live, downloads }: MetricsTerms): Metrics {
  const self = watchProcess(clock)
  const connections = (name: string, { door }: Channel): Sample => ({
    name: 'ota_device_connections',
    labels: { channel: name },
    value: door.sessions(),
  })
  const byState = (name: Sample['name'], counts: Readonly<Record<string, number>>): Sample[] =>
    Object.entries(counts).map(([state, value]) => ({ name, labels: { state }, value }))

  return {
    async read() {
      const { jobs, tasks } = await work()
      const { running, bytes, ...ended } = downloads()
      return [
        connections('mqtt', channel),
        connections('http', httpChannel),
        ...channelSamples('mqtt', channel.counts()),
        ...channelSamples('http', httpChannel.counts()),
        ...byState('ota_jobs', jobs),
        ...byState('ota_tasks', tasks),
        { name: 'ota_live_streams', value: live.streams() },
        { name: 'ota_downloads_running', value: running },
        ...Object.entries(ended).map(([result, value]): Sample => ({
          name: 'ota_downloads_total',
          labels: { result },
          value,
        })),
        { name: 'ota_download_bytes_total', value: bytes },
        ...self.samples(),
      ]
    },
    stop: () => self.stop(),
  }
}
