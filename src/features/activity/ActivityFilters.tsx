import { Button, Group, Text, TextInput } from '@mantine/core'

import type { ActivityEntry } from '#contract/manage/activity.ts'
import { FilterSelect } from '#src/components/FilterSelect.tsx'
import { useClock } from '#src/components/Time.tsx'
import { fromLocalInput, localInput } from '#src/lib/time.ts'
import { useUrl } from '#src/lib/use-url.ts'
import { ACTIONS, actionWords } from './words.ts'

interface Filter {
  actor: string | undefined
  object: string | undefined
  action: string | undefined
  from: string | undefined
  to: string | undefined
}

interface Props {
  filter: Filter
  /** What is on screen: the people in it can be chosen. */
  entries: readonly ActivityEntry[]
}

/** Narrows the log; all of it stands in the URL, so that a link shows the same. */
export function ActivityFilters({ filter, entries }: Props) {
  const { change } = useUrl()
  const { actor, object, action, from, to } = filter
  return (
    <Group mb="sm" gap="xs">
      <FilterSelect
        label="Person"
        all="Everybody"
        options={peopleIn(entries, actor)}
        value={actor}
        choose={(next) => change({ actor: next })}
      />
      <FilterSelect
        label="Act"
        all="All acts"
        options={[...new Set([...ACTIONS, ...(action ? [action] : [])])].map((value) => ({
          value,
          label: actionWords(value),
        }))}
        value={action}
        choose={(next) => change({ action: next })}
      />
      <Moment label="From" value={from} choose={(next) => change({ from: next })} />
      <Moment label="To" value={to} choose={(next) => change({ to: next })} />
      {object && (
        <Button variant="default" onClick={() => change({ object: undefined })}>
          All objects
        </Button>
      )}
    </Group>
  )
}

interface MomentProps {
  label: string
  value: string | undefined
  choose: (next: string | undefined) => void
}

/** In the zone of the organisation, as all times on the page. */
function Moment({ label, value, choose }: MomentProps) {
  const { zone } = useClock()
  return (
    <TextInput
      type="datetime-local"
      aria-label={label}
      leftSection={
        <Text size="sm" c="dimmed" aria-hidden>
          {label}
        </Text>
      }
      leftSectionWidth={52}
      w={{ base: '100%', xs: 250 }}
      value={value ? localInput(value, zone) : ''}
      onChange={({ currentTarget }) => choose(fromLocalInput(currentTarget.value, zone))}
    />
  )
}

/** The log names people by id; only their entries tell what they are called. */
function peopleIn(entries: readonly ActivityEntry[], chosen: string | undefined) {
  const names = new Map<string, string>(chosen ? [[chosen, 'One person']] : [])
  for (const { actor, actorKind } of entries) {
    if (actorKind === 'user' || actorKind === 'token') names.set(actor.id, actor.name)
  }
  return [...names].map(([value, label]) => ({ value, label })).toSorted((a, b) => (a.label < b.label ? -1 : 1))
}
