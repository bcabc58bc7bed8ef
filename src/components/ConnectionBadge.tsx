import type { Connection } from '#contract/manage/devices.ts'
import { StateBadge } from './StateBadge.tsx'

export function ConnectionBadge({ connection }: { connection: Connection }) {
  return connection === 'online' ? (
    <StateBadge tone="good">Online</StateBadge>
  ) : (
    <StateBadge tone="waiting">Offline</StateBadge>
  )
}
