import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useState, type FormEvent } from 'react'
import { useSearchParams } from 'react-router-dom'

import { ActionButton } from '#src/components/ActionButton.tsx'
import { FilterSelect } from '#src/components/FilterSelect.tsx'
import { readViews, viewOf, withView, writeViews, type SavedView } from './saved-views.ts'

/** Filters under a name, kept in this browser for this organisation. */
export function SavedViews({ org }: { org: string }) {
  const [search, setSearch] = useSearchParams()
  const [views, setViews] = useState(() => readViews(org))
  const [isNaming, naming] = useDisclosure()
  const now = viewOf(search)
  const active = views.find((view) => view.search === now)
  const keep = (next: SavedView[], done: string) => {
    setViews(next)
    const message = writeViews(org, next) ? done : `${done}, until this page is closed: this browser keeps nothing.`
    notifications.show({ message })
  }
  const nothingToSave = now === '' ? 'Filter the list first: a view keeps what is searched and filtered.' : undefined
  return (
    <Group gap="xs">
      {views.length > 0 && (
        <FilterSelect
          label="Saved view"
          all="No saved view"
          options={views.map(({ name }) => ({ value: name, label: name }))}
          value={active?.name}
          choose={(name) => setSearch(views.find((view) => view.name === name)?.search ?? '')}
        />
      )}
      {active ? (
        <Button
          variant="default"
          onClick={() =>
            keep(
              views.filter((view) => view !== active),
              `${active.name} is deleted`,
            )
          }
        >
          Delete view
        </Button>
      ) : (
        <ActionButton variant="default" whyNot={nothingToSave} onClick={naming.open}>
          Save view
        </ActionButton>
      )}
      <Modal opened={isNaming} onClose={naming.close} title="Save view">
        <NameForm
          taken={views.map(({ name }) => name)}
          save={(name) => {
            keep(withView(views, { name, search: now }), `${name} is saved`)
            naming.close()
          }}
        />
      </Modal>
    </Group>
  )
}

function NameForm({ taken, save }: { taken: readonly string[]; save: (name: string) => void }) {
  const [name, setName] = useState('')
  const [error, setError] = useState<string>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const given = name.trim()
    if (given === '') setError('Give the view a name')
    else save(given)
  }
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <Text size="sm">What is searched and filtered now is kept under this name, in this browser only.</Text>
        <TextInput
          label="Name of the view"
          data-autofocus
          maxLength={64}
          value={name}
          error={error}
          description={taken.includes(name.trim()) ? 'The view of this name will be replaced.' : undefined}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit">Save view</Button>
        </Group>
      </Stack>
    </form>
  )
}
