/*
 * What `GET /metrics` tells, by name. Nothing in it is of one organisation: an address, a key or a name would be told to
 * whoever watches the machine.
 */

interface Family {
  type: 'counter' | 'gauge'
  /** One sentence for whoever reads the page. */
  help: string
}

/** Counters begin at 0 with the process; units stand in the names, as Prometheus has it. */
export const METRICS = {
  ota_device_connections: { type: 'gauge', help: 'Devices that are connected (mqtt) or in a live session (http).' },
  ota_device_logins_total: { type: 'counter', help: 'Logins that were let in, by kind.' },
  ota_device_logins_refused_total: { type: 'counter', help: 'Logins that were refused, by reason.' },
  ota_device_connections_ended_total: { type: 'counter', help: 'Connections that the service ended, by reason.' },
  ota_device_messages_refused_total: { type: 'counter', help: 'Messages that were refused, by code or limit.' },
  ota_device_reports_total: { type: 'counter', help: 'Reports that were read, by kind.' },
  ota_device_events_total: { type: 'counter', help: 'Everything else that the device channels count.' },
  ota_upgrades_sent_total: { type: 'counter', help: 'Upgrades that were handed to a device’s own connection.' },
  ota_jobs: { type: 'gauge', help: 'Jobs by state.' },
  ota_tasks: { type: 'gauge', help: 'Tasks of all jobs by state.' },
  ota_live_streams: { type: 'gauge', help: 'Live streams of browsers that are open.' },
  ota_downloads_running: { type: 'gauge', help: 'Downloads of firmware under way.' },
  ota_downloads_total: {
    type: 'counter',
    help: 'Downloads that ended, or were refused because their device had too many.',
  },
  ota_download_bytes_total: { type: 'counter', help: 'Bytes of firmware that were handed to connections.' },
  ota_event_loop_delay_seconds: {
    type: 'gauge',
    help: 'How late the loop of the process was in the last full minute.',
  },
  ota_event_loop_busy_seconds_total: { type: 'counter', help: 'Time in which the loop had something to do.' },
  process_cpu_seconds_total: { type: 'counter', help: 'Processor time, of the user and of the system.' },
  process_resident_memory_bytes: { type: 'gauge', help: 'Memory of the process.' },
  nodejs_heap_size_used_bytes: { type: 'gauge', help: 'Memory of its JavaScript objects.' },
  nodejs_external_memory_bytes: { type: 'gauge', help: 'Memory of its buffers.' },
  process_start_time_seconds: { type: 'gauge', help: 'When the process began, in seconds since 1970.' },
} as const satisfies Record<string, Family>

export type MetricName = keyof typeof METRICS

export interface Sample {
  name: MetricName
  labels?: Readonly<Record<string, string>>
  value: number
}

/** Content type of the text format, version 0.0.4. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

function lineOf({ name, labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`
}

/** The page in Prometheus' text format: each family with its help and type, its samples together. */
export function formatMetrics(samples: readonly Sample[]): string {
  const families = Object.entries(METRICS) as [MetricName, Family][]
  const lines = families.flatMap(([name, { type, help }]) => {
    const own = samples.filter((sample) => sample.name === name)
    return own.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...own.map(lineOf)]
  })
  return `${lines.join('\n')}\n`
}
