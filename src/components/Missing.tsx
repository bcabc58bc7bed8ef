import { Alert, Button, Center, Group, Portal, Stack } from '@mantine/core'
import { useEffect, useRef } from 'react'

import { paths } from '#src/lib/paths.ts'
import styles from './Missing.module.css'
import { PageHeader } from './PageHeader.tsx'

interface Props {
  /** Why it is missing. */
  lack: 'noAnswer' | 'updated' | 'refused'
  again: () => void
}

const WORDS = {
  noAnswer: 'Cannot reach the server. This is tried again by itself until there is an answer.',
  updated: 'Reload the page to go on with the new version.',
  refused: 'The server answers, but the browser takes this from it only after a reload of the page.',
} as const

const reload = () => window.location.reload()

/** The one thing that helps. */
const WayOn = ({ lack, again }: Props) =>
  lack === 'noAnswer' ? <Button onClick={again}>Try again</Button> : <Button onClick={reload}>Reload</Button>

const titleOf = (lack: Props['lack'], what: string) =>
  lack === 'updated' ? 'The portal has been updated' : `Could not load ${what}`

/** In the place of a page whose code could not be fetched. */
export function MissingPage({ lack, again }: Props) {
  const waited = useRef(false)
  useEffect(() => {
    if (lack === 'noAnswer') waited.current = true
    // nothing stands on the page that could be lost
    else if (lack === 'refused' && waited.current) reload()
  }, [lack])
  return (
    <Center mih="60dvh" p="md">
      <div role="alert">
        <PageHeader title={titleOf(lack, 'this page')}>{WORDS[lack]}</PageHeader>
        <Group>
          <WayOn lack={lack} again={again} />
          <Button component="a" href={paths.root()} variant="default">
            Go to the start page
          </Button>
        </Group>
      </div>
    </Center>
  )
}

interface PartProps extends Props {
  close?: () => void
}

/** In the place of a part of a page. */
export function MissingPart({ lack, again, close }: PartProps) {
  return (
    <Alert
      role="alert"
      color="orange"
      title={titleOf(lack, 'a part of this page')}
      {...(close && { withCloseButton: true, closeButtonLabel: 'Close', onClose: close })}
    >
      <Stack align="start" gap="xs">
        {WORDS[lack]}
        {lack !== 'noAnswer' && ' Save first what is not saved yet.'}
        <WayOn lack={lack} again={again} />
      </Stack>
    </Alert>
  )
}

/** In the place of what would have opened over the page: the page stays as it is. */
export const MissingDialog = (props: PartProps) => (
  <Portal>
    <div className={styles['over']}>
      <MissingPart {...props} />
    </div>
  </Portal>
)

/** In the place of what is not missed. */
export const MissingNothing = () => null
