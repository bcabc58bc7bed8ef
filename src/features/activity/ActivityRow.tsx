import { Anchor, Button, Group, Text } from '@mantine/core'
import { Link } from 'react-router-dom'

import type { ActivityEntry } from '#contract/manage/activity.ts'
import { RowHeader } from '#src/components/DataTable.tsx'
import { Time } from '#src/components/Time.tsx'
import { paths } from '#src/lib/paths.ts'

interface Props {
  org: string
  entry: ActivityEntry
  narrow: (changes: { actor?: string; object?: string }) => void
}

export function ActivityRow({ org, entry, narrow }: Props) {
  const { at, summary, why, actor, actorKind, address, objectId } = entry
  return (
    <tr>
      <RowHeader>
        <Time at={at} />
      </RowHeader>
      <td data-wraps>
        {summary}
        {why && !summary.includes(why) && (
          <Text span inherit c="dimmed">
            {' '}
            {why}
          </Text>
        )}
      </td>
      <td>
        <ObjectCell org={org} entry={entry} onlyThis={() => narrow({ object: objectId })} />
      </td>
      <td>
        {canNarrow(entry) ? (
          <Anchor component="button" type="button" inherit onClick={() => narrow({ actor: actor.id })}>
            {actor.name}
          </Anchor>
        ) : (
          actor.name
        )}
        {actorKind !== 'user' && (
          <Text size="xs" c="dimmed">
            {ACTOR_WORDS[actorKind]}
          </Text>
        )}
      </td>
      <td>{address}</td>
    </tr>
  )
}

const ACTOR_WORDS: Readonly<Record<ActivityEntry['actorKind'], string>> = {
  user: 'person',
  token: 'token',
  device: 'device',
  system: 'by itself',
}

const canNarrow = ({ actorKind }: ActivityEntry) => actorKind === 'user' || actorKind === 'token'

const LINKS: Readonly<Partial<Record<string, (org: string, id: string) => string>>> = {
  job: paths.job,
  firmware: paths.firmware,
  policy: paths.policy,
  device: paths.device,
}

/** What it happened to; what was deleted since says so on its own page. */
function ObjectCell({ org, entry, onlyThis }: { org: string; entry: ActivityEntry; onlyThis: () => void }) {
  const { objectKind, objectId, jobId, deviceId } = entry
  const kind = objectKind.charAt(0).toUpperCase() + objectKind.slice(1)
  const link = objectKind === 'task' && jobId ? paths.job(org, jobId) : LINKS[objectKind]?.(org, deviceId ?? objectId)
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      {link ? (
        <Anchor component={Link} to={link} inherit>
          {kind}
        </Anchor>
      ) : (
        kind
      )}
      {objectKind !== 'task' && (
        <Button variant="default" size="compact-sm" onClick={onlyThis} aria-label={`Only this ${objectKind}`}>
          Only this
        </Button>
      )}
    </Group>
  )
}
