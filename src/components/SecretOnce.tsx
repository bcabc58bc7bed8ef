import { Alert, Button, Group, Stack, Text } from '@mantine/core'

import { CopyLine } from './CopyLine.tsx'

interface Props {
  /** What happened: "Device fan-0001 is registered." */
  said: string
  /** What the secret is called: "Device secret". */
  name: string
  secret: string
  close: () => void
}

/** A secret in the only moment in which it is shown. */
export function SecretOnce({ said, name, secret, close }: Props) {
  return (
    <Stack>
      <Text>{said}</Text>
      <div>
        <Text size="sm" c="dimmed">
          {name}
        </Text>
        <CopyLine what={name.toLowerCase()} value={secret} />
      </div>
      <Alert color="orange">This is the only time that the secret is shown. Copy it to where it will be kept.</Alert>
      <Group justify="flex-end">
        <Button onClick={close}>I have copied it</Button>
      </Group>
    </Stack>
  )
}
