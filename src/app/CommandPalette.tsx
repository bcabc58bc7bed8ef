import { Modal, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useId, useState, type KeyboardEvent } from 'react'
import { useNavigate } from 'react-router-dom'

import { ProblemAlert } from '#src/components/ProblemAlert.tsx'
import type { MyOrg } from '#src/features/session/queries.ts'
import { counted } from '#src/lib/bytes.ts'
import { useFocusBack } from '#src/lib/use-focus-back.ts'
import type { Entry, Group } from './palette-entries.ts'
import styles from './Palette.module.css'
import { usePalette } from './use-palette.ts'

interface Props {
  org: MyOrg
  close: () => void
}

/** Goes anywhere and begins anything by typing a few letters: a combobox over a list that is always open. */
export function CommandPalette({ org, close }: Props) {
  useFocusBack()
  const [text, setText] = useState('')
  const { groups, isSearching, error } = usePalette(org.slug, text.trim())
  const entries = groups.flatMap((group) => group.entries)
  // by its id and not its place: what the server finds must not move the choice to another line
  const [chosenId, choose] = useState<string>()
  const chosen = entries.find(({ id }) => id === chosenId) ?? entries[0]
  const listId = useId()
  const optionId = (entry: Entry) => `${listId} ${entry.id}`.replaceAll(/[^\w-]/g, '-')
  const navigate = useNavigate()
  const follow = ({ to, whyNot }: Entry) => {
    if (whyNot !== undefined) return
    close()
    void navigate(to)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined && event.key !== 'Enter') return
    event.preventDefault()
    if (!chosen) return
    if (step === undefined) return follow(chosen)
    const next = entries.at((entries.indexOf(chosen) + step) % entries.length)
    choose(next?.id)
    if (next) document.getElementById(optionId(next))?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <Modal opened onClose={close} title="Search and commands" yOffset="10dvh" centered={false} size="lg">
      <TextInput
        data-autofocus
        type="search"
        aria-label="Search pages, acts, firmware, jobs and devices"
        placeholder="A page, an act, or the beginning of a name or device key"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-autocomplete="list"
        {...(chosen && { 'aria-activedescendant': optionId(chosen) })}
        maxLength={64}
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value)
          choose(undefined)
        }}
        onKeyDown={onKeyDown}
      />
      <VisuallyHidden role="status">{isSearching ? 'Searching' : counted(entries.length, 'result')}</VisuallyHidden>
      {error && <ProblemAlert error={error} title="The search could not ask the server" />}
      <div id={listId} role="listbox" aria-label="Results" aria-busy={isSearching} className={styles['list']}>
        {groups.map((group) => (
          <Results key={group.name} {...{ group, chosen, optionId, follow, choose }} />
        ))}
      </div>
      {entries.length === 0 && (
        <Text size="sm" p="xs">
          {isSearching
            ? 'Searching …'
            : 'Nothing begins with that. Names and device keys are found by their first letters.'}
        </Text>
      )}
    </Modal>
  )
}

interface ResultsProps {
  group: Group
  chosen: Entry | undefined
  optionId: (entry: Entry) => string
  follow: (entry: Entry) => void
  choose: (id: string) => void
}

function Results({ group: { name, entries }, chosen, optionId, follow, choose }: ResultsProps) {
  const headingId = useId()
  return (
    <div role="group" aria-labelledby={headingId}>
      <div id={headingId} className={styles['heading']}>
        {name}
      </div>
      {entries.map((entry) => (
        // the keyboard works on the field above, which keeps the focus
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          key={entry.id}
          id={optionId(entry)}
          role="option"
          aria-selected={entry === chosen}
          aria-disabled={entry.whyNot !== undefined}
          className={styles['option']}
          onPointerMove={() => choose(entry.id)}
          onClick={() => follow(entry)}
        >
          {entry.label}
          <span className={styles['detail']}>{entry.whyNot ?? entry.detail}</span>
        </div>
      ))}
    </div>
  )
}
