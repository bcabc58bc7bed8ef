import { Anchor, Button, Group, Text } from '@mantine/core'
import { Link } from 'react-router-dom'

import type { ActivityEntry } from '#contract/manage/activity.ts'
import { RowHeader } from '#src/components/DataTable.tsx'
import { WhatHappened } from '#src/components/LogTable.tsx'
import { Time } from '#src/components/Time.tsx'
import { paths } from '#src/lib/paths.ts'

interface Props {
  org: string
  entry: ActivityEntry
  narrow: (changes: { actor?: string; object?: string }) => void
}

export function ActivityRow({ org, entry, narrow }: Props) {
  const { at, actor, actorKind, address, objectId, changes } = entry
  return (
    <tr>
      <RowHeader>
        <Time at={at} />
      </RowHeader>
      <td data-wraps>
        <WhatHappened entry={entry} />
        {changes.length > 0 && <Changes changes={changes} />}
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

/** What was edited, out of the way until somebody asks. */
const Changes = ({ changes }: { changes: ActivityEntry['changes'] }) => (
  <details>
    <summary>What changed</summary>
    {changes.map(({ field, before, after }) => (
      <Text key={field} size="sm">
        {field}: {before ?? 'nothing'} → {after ?? 'nothing'}
      </Text>
    ))}
  </details>
)

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
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          onClick={onlyThis}
          aria-label={`Only this ${objectKind}`}
        >
          Only this
        </Button>
      )}
    </Group>
  )
}
