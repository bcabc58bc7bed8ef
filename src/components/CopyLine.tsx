import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core'

import { CheckIcon, CopyIcon } from './icons.tsx'

interface Props {
  /** What is copied, for the button's name: "SHA-256". */
  what: string
  value: string
}

/** Something to be copied letter by letter, with a button that does it. */
export function CopyLine({ what, value }: Props) {
  return (
    <Group component="span" gap={6} wrap="nowrap" align="center">
      <Code style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>{value}</Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : `Copy ${what}`}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              onClick={copy}
              // where a dialog shows it: what closes that would take it away unread
              data-autofocus
              aria-label={copied ? `${what} copied` : `Copy ${what}`}
            >
              {copied ? <CheckIcon /> : <CopyIcon />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  )
}
