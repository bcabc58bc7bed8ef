import type { Policy, Window } from '#contract/manage/policies.ts'

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const grouped = new Intl.NumberFormat('en-SG')

const zoneWords = (zone: string): string =>
  zone === 'UTC' ? 'UTC' : (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

function dayWords(weekdays: readonly number[]): string {
  const days = [...new Set(weekdays)].sort((a, b) => a - b)
  if (days.length === 7) return 'every day'
  if (days.join() === '1,2,3,4,5') return 'on weekdays'
  if (days.join() === '6,7') return 'at weekends'
  return `on ${listed(days.map((day) => DAYS[day - 1] ?? ''))}`
}

/** "every day 22:00 to 02:00 Singapore time" */
export function windowWords({ from, to, weekdays, zone, blackoutDates }: Window): string {
  const except = blackoutDates.length > 0 ? `, not on ${listed(blackoutDates)}` : ''
  return `${dayWords(weekdays)} ${from} to ${to} ${zoneWords(zone)} time${except}`
}

const reach = ({ upToDevices, upToPercent }: Policy['waves'][number]): string =>
  upToDevices === null
    ? `${upToPercent} %`
    : `${grouped.format(upToDevices)} ${upToDevices === 1 ? 'device' : 'devices'}`

function haltWords({ halt }: Policy): string[] {
  if (halt === null) return []
  const rate = halt.failurePercent === null ? [] : [`more than ${halt.failurePercent} %`]
  const count = halt.failureCount === null ? [] : [`${grouped.format(halt.failureCount)}`]
  return [`stop if ${[...rate, ...count].join(' or ')} fail`]
}

const retryWords = ({ retry: { attempts } }: Policy): string[] => {
  if (attempts === 0) return []
  return [attempts === 1 ? 'retry once' : `retry up to ${attempts} times`]
}

/** How a policy rolls out, as the parts of one sentence. */
export function policyWords(policy: Policy): string[] {
  const method = { push: [], request: ['when the device asks'], both: ['pushed, or when the device asks'] }[
    policy.method
  ]
  const window = policy.window ? [windowWords(policy.window)] : []
  const waves = policy.waves.length > 1 ? [`${policy.waves.slice(0, -1).map(reach).join(', then ')} first`] : []
  const pace = policy.pacePerMinute === null ? [] : [`at most ${grouped.format(policy.pacePerMinute)} a minute`]
  const retry = retryWords(policy)
  const approval = policy.approval ? ['after a second person has approved it'] : []
  return [...method, ...window, ...waves, ...pace, ...haltWords(policy), ...retry, ...approval]
}
