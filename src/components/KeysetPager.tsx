import { Group, NativeSelect, Text } from '@mantine/core'

import { counted } from '#src/lib/bytes.ts'
import { ActionButton } from './ActionButton.tsx'

interface Props {
  /** What is paged, singular: "device". */
  noun: string
  plural?: string
  page: { items: readonly unknown[]; prevCursor: string | null; nextCursor: string | null; total: number | null }
  /** Goes to a cursor; undefined is the first page, `last` the last. */
  go: (cursor: string | undefined) => void
  /** How many a page shows, where that can be chosen. */
  size?: { value: number; choose: (rows: number) => void }
}

const SIZES = [50, 100, 200]

/** First, Previous, Next, Last by key: a million rows have no page numbers that mean anything. */
export function KeysetPager({ noun, plural = `${noun}s`, page, go, size }: Props) {
  const { items, prevCursor, nextCursor, total } = page
  const isOnly = !prevCursor && !nextCursor
  const first = prevCursor ? undefined : 'This is the first page.'
  const last = nextCursor ? undefined : 'This is the last page.'
  return (
    <Group justify="space-between" component="nav" aria-label={`Pages of ${plural}`}>
      <Text size="sm" c="dimmed">
        {isOnly || total === null
          ? `${counted(items.length, noun, plural)} shown`
          : `${items.length} of ${counted(total, noun, plural)}`}
      </Text>
      {(!isOnly || items.length > (SIZES[0] ?? 0)) && (
        <Group gap={6} data-screen>
          {size && (
            <NativeSelect
              size="xs"
              aria-label={`${plural} on a page`}
              data={SIZES.map((rows) => ({ value: String(rows), label: `${rows} a page` }))}
              value={String(size.value)}
              onChange={({ currentTarget }) => size.choose(Number(currentTarget.value))}
            />
          )}
          <ActionButton size="xs" variant="default" whyNot={first} onClick={() => go(undefined)}>
            First
          </ActionButton>
          <ActionButton size="xs" variant="default" whyNot={first} onClick={() => go(prevCursor ?? undefined)}>
            Previous
          </ActionButton>
          <ActionButton size="xs" variant="default" whyNot={last} onClick={() => go(nextCursor ?? undefined)}>
            Next
          </ActionButton>
          <ActionButton size="xs" variant="default" whyNot={last} onClick={() => go('last')}>
            Last
          </ActionButton>
        </Group>
      )}
    </Group>
  )
}
