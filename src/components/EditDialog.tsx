import { Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'

import { useUrl } from '#src/lib/use-url.ts'
import { whyNot } from '#src/lib/why.ts'
import { ActionButton } from './ActionButton.tsx'

interface Props<T> {
  title: string
  /** As it is shown behind the dialog. */
  saved: T
  refetch: () => Promise<{ data: T | undefined }>
  mayWrite: true | string
  /** The form, begun with what is given; `reload` begins it anew with what another person has saved meanwhile. */
  children: (given: T, form: { reload: () => void; close: () => void }) => ReactNode
}

/** What edits the object of a page: a button, and the dialog that it opens by `?dialog=edit`. */
export function EditDialog<T extends { version: number }>({ title, saved, refetch, mayWrite, children }: Props<T>) {
  const { search, change } = useUrl()
  // what was asked for anew because another person had been first
  const [newer, setNewer] = useState<T>()
  const close = () => {
    change({ dialog: undefined })
    setNewer(undefined)
  }
  const reload = async () => setNewer((await refetch()).data)
  return (
    <>
      <ActionButton variant="default" onClick={() => change({ dialog: 'edit' })} whyNot={whyNot(mayWrite)}>
        Edit
      </ActionButton>
      <Modal opened={search.get('dialog') === 'edit' && mayWrite === true} onClose={close} title={title}>
        {/* a form begins once: another version is another form */}
        <Begun key={newer?.version}>{children(newer ?? saved, { reload: () => void reload(), close })}</Begun>
      </Modal>
    </>
  )
}

const Begun = ({ children }: { children: ReactNode }) => <>{children}</>
