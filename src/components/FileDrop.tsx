import { Button, Group, Stack, Text } from '@mantine/core'
import { useWindowEvent } from '@mantine/hooks'
import { useDropzone, type FileRejection } from 'react-dropzone'

import { UploadIcon } from './icons.tsx'
import styles from './FileDrop.module.css'

interface Props {
  /** What the file is: "Firmware file". */
  label: string
  /** "Drop a firmware file here, paste it, or choose it." */
  invitation: string
  /** Which files are taken. */
  hint: string
  choose: (file: File) => void
}

/** Takes one file by drop, by the chooser and by paste. What is in it is judged by whoever asked for it. */
export function FileDrop({ label, invitation, hint, choose }: Props) {
  const { getRootProps, getInputProps, isDragActive, open, fileRejections } = useDropzone({
    multiple: false,
    noClick: true,
    noKeyboard: true,
    // its own listener hears a paste only while the zone has the focus
    noPaste: true,
    onDropAccepted: ([file]) => file && choose(file),
  })
  useWindowEvent('paste', ({ clipboardData }) => {
    const file = clipboardData?.files[0]
    if (file) choose(file)
  })
  const zone = getRootProps({ role: 'group', 'aria-label': 'Dropzone', className: styles['zone'], tabIndex: -1 })
  return (
    <Stack gap="xs">
      <div {...zone} data-active={isDragActive || undefined}>
        <input {...getInputProps({ 'aria-label': label })} />
        <Group justify="center" gap="md">
          <Group gap="md" wrap="nowrap" flex="0 1 auto" className={styles['words'] ?? ''}>
            <UploadIcon size={24} />
            <div>
              <Text size="sm">{isDragActive ? 'Drop it here' : invitation}</Text>
              <Text size="xs" c="dimmed">
                {hint}
              </Text>
            </div>
          </Group>
          <Button variant="default" onClick={open}>
            Choose file
          </Button>
        </Group>
      </div>
      {fileRejections.length > 0 && <Rejections rejections={fileRejections} />}
    </Stack>
  )
}

const sentences: Record<string, string> = {
  'too-many-files': 'Choose one file only.',
}

/** The only refusal of the dropzone itself: several files at once. Said once, not for each of them. */
function Rejections({ rejections }: { rejections: readonly FileRejection[] }) {
  const said = new Set(
    rejections.flatMap(({ errors }) => errors.map(({ code, message }) => sentences[code] ?? message)),
  )
  return (
    <Text role="alert" size="sm" c="var(--mantine-color-error)">
      {[...said].join(' ')}
    </Text>
  )
}
