import { Checkbox, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { ReactNode } from 'react'

interface Shared {
  name: string
  description: string
  dynamicActivation: boolean
  tlsRequired: boolean
}

interface Props {
  // the form may have more fields than these
  form: Pick<UseFormReturnType<Shared>, 'key' | 'getInputProps'>
  /** Further fields, below the name. */
  children?: ReactNode
}

/** What a product is given when it is made, and what can be changed later. */
export function ProductFields({ form, children }: Props) {
  return (
    <>
      <TextInput label="Name" data-autofocus key={form.key('name')} {...form.getInputProps('name')} />
      {children}
      <Textarea
        label="Description"
        autosize
        minRows={2}
        key={form.key('description')}
        {...form.getInputProps('description')}
      />
      <Checkbox
        label="Dynamic activation"
        description="A device may fetch its own secret once, with the product secret."
        key={form.key('dynamicActivation')}
        {...form.getInputProps('dynamicActivation', { type: 'checkbox' })}
      />
      <Checkbox
        label="TLS only"
        description="Refuse plain connections of its devices."
        key={form.key('tlsRequired')}
        {...form.getInputProps('tlsRequired', { type: 'checkbox' })}
      />
    </>
  )
}
