import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'

import { MoonIcon, SunIcon } from '#src/components/icons.tsx'

export function ThemeToggle() {
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  return (
    <ActionIcon
      size="lg"
      aria-label={isDark ? 'Use light colours' : 'Use dark colours'}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      {isDark ? <SunIcon size={18} /> : <MoonIcon size={18} />}
    </ActionIcon>
  )
}
