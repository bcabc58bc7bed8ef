import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { schemaResolver, useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'

import { SignIn, type Session } from '#contract/manage/session.ts'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { showRefused, toFirstError } from '#src/lib/first-error.ts'
import { signIn } from './queries.ts'

interface Props {
  email?: string
  onSignedIn: (session: Session) => void
}

/** The same on its own page and over a page whose session has ended. */
export function SignInForm({ email = '', onSignedIn }: Props) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email, password: '' },
    validate: schemaResolver(SignIn, { sync: true }),
  })
  const enter = useMutation({
    ...signIn,
    onSuccess: onSignedIn,
    onError: ({ problem }) => showRefused(form, problem.fields),
  })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => enter.mutate(values), toFirstError)}>
      <Stack>
        <FormProblem error={enter.error} values={form.getValues()} />
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={enter.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  )
}
