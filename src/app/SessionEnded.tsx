import { Modal, Stack, Text } from '@mantine/core'
import { useWindowEvent } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'

import { keys } from '#src/api/keys.ts'
import { sessionEnd } from '#src/api/session-end.ts'
import { askForSession, type Session } from '#src/features/session/queries.ts'
import { SignInForm } from '#src/features/session/SignInForm.tsx'

/** Asks for the password over the page, so that signing in again loses nothing that was typed. */
export function SessionEnded({ me }: { me: Session }) {
  const client = useQueryClient()
  const goOn = (session: Session) => {
    // what somebody else may see is not what is in this cache
    if (session.user.id !== me.user.id) client.clear()
    client.setQueryData(keys.session, session)
    sessionEnd.over()
    void client.invalidateQueries()
  }
  // whoever has signed in again in one of eight tabs has done so for all of them
  useWindowEvent('focus', () => {
    void askForSession().then((session) => session?.user.id === me.user.id && goOn(session))
  })
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="Your session has ended"
    >
      <Stack>
        <Text size="sm">Sign in again to go on where you were. Nothing on this page is lost.</Text>
        <SignInForm email={me.user.email} onSignedIn={goOn} />
      </Stack>
    </Modal>
  )
}
