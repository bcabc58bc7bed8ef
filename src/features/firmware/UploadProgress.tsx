import { Button, Group, Progress, Stack, Text } from '@mantine/core'

import { ProblemAlert } from '#src/components/ProblemAlert.tsx'
import { percent, size } from '#src/lib/bytes.ts'
import { duration } from '#src/lib/time.ts'
import type { UploadState } from '#src/api/upload.ts'
import type { UploadControl } from './use-upload.ts'

interface Props {
  totalBytes: number
  upload: UploadControl
}

/** How far the bytes are, how fast, how long still; and the way to stop and go on. */
export function UploadProgress({ totalBytes, upload }: Props) {
  const { state, pause, resume, forget } = upload
  if (!state) return null
  const sentBytes = state.phase === 'sent' ? totalBytes : state.sentBytes
  const done = percent(sentBytes, totalBytes)
  const isMoving = state.phase === 'sending' || state.phase === 'waiting'
  return (
    <Stack gap={6}>
      {state.phase === 'failed' && <ProblemAlert error={state} title="The upload stopped" />}
      <Progress.Root size="lg">
        <Progress.Section value={done} aria-label="Upload" animated={isMoving} />
      </Progress.Root>
      <Group justify="space-between" gap="xs">
        <Text size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {sentence(state, sentBytes, totalBytes)}
        </Text>
        {state.phase !== 'sent' && (
          <Group gap={6}>
            {isMoving ? (
              <Button size="xs" variant="default" onClick={pause}>
                Pause
              </Button>
            ) : (
              <Button size="xs" onClick={resume}>
                Resume
              </Button>
            )}
            <Button size="xs" variant="default" onClick={forget}>
              Cancel upload
            </Button>
          </Group>
        )}
      </Group>
    </Stack>
  )
}

function sentence(state: UploadState, sentBytes: number, totalBytes: number): string {
  const sent = `${size(sentBytes)} of ${size(totalBytes)}`
  switch (state.phase) {
    case 'sent':
      return `${sent} sent. The server is checking the file.`
    case 'paused':
      return `Paused at ${sent}.`
    case 'waiting':
      return `Connection lost at ${sent}. Trying again.`
    case 'failed':
      return `Stopped at ${sent}.`
    case 'sending': {
      const { bytesPerSecond } = state
      if (!bytesPerSecond) return `${sent} sent.`
      const left = duration(Math.ceil((totalBytes - sentBytes) / bytesPerSecond))
      return `${sent} sent, ${size(Math.round(bytesPerSecond))}/s, ${left} left.`
    }
  }
}
