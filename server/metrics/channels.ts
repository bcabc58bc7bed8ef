import type { MetricName, Sample } from '#contract/manage/metrics.ts'

/** What a channel counts by name, as families with labels. The longest that fits comes first. */
const FAMILIES: readonly (readonly [prefix: string, family: MetricName, label: string])[] = [
  ['login_refused_', 'ota_device_logins_refused_total', 'reason'],
  ['login_', 'ota_device_logins_total', 'kind'],
  ['http_auth_refused_', 'ota_device_logins_refused_total', 'reason'],
  ['connection_ended_', 'ota_device_connections_ended_total', 'reason'],
  ['message_refused_', 'ota_device_messages_refused_total', 'code'],
  ['http_message_refused_', 'ota_device_messages_refused_total', 'code'],
  ['report_', 'ota_device_reports_total', 'kind'],
]

/** Names that say more than their prefix. */
const WHOLE: Readonly<Record<string, Omit<Sample, 'value'>>> = {
  http_auth: { name: 'ota_device_logins_total', labels: { kind: 'session' } },
  command_handed: { name: 'ota_upgrades_sent_total' },
  http_command_handed: { name: 'ota_upgrades_sent_total' },
}

/** Nothing that is counted is left out: what has no family of its own is told by its name. */
export function channelSamples(channel: 'mqtt' | 'http', counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([event, value]) => {
    const whole = WHOLE[event]
    if (whole) return { ...whole, labels: { channel, ...whole.labels }, value }
    const family = FAMILIES.find(([prefix]) => event.startsWith(prefix))
    if (!family) return { name: 'ota_device_events_total', labels: { channel, event }, value }
    const [prefix, name, label] = family
    return { name, labels: { channel, [label]: event.slice(prefix.length) }, value }
  })
}
