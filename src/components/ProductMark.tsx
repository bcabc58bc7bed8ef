import { Group, Text } from '@mantine/core'

/** The name of the product with its sign: a package on its way to a device. */
export function ProductMark() {
  return (
    <Group component="span" gap={8} wrap="nowrap">
      <svg aria-hidden width="24" height="24" viewBox="0 0 24 24">
        <rect width="24" height="24" rx="6" fill="var(--mantine-primary-color-filled)" />
        <path
          d="M12 14.5V5.5m0 0L8.5 9M12 5.5 15.5 9M6.5 14v4h11v-4"
          fill="none"
          stroke="var(--mantine-color-white)"
          strokeWidth="1.75"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <Text component="span" fw={650} style={{ whiteSpace: 'nowrap' }}>
        OTA Portal
      </Text>
    </Group>
  )
}
