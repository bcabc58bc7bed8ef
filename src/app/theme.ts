import { createTheme, type CSSVariablesResolver } from '@mantine/core'

const closeButtonProps = { 'aria-label': 'Close' }

/**
 * Mantine 9.7 as shipped fails our axe gate on primary blue, dimmed text, nameless close buttons, the title of an
 * outlined orange alert (3.6 to 1) and the place that a menu keeps for the focus before its first entry.
 * Components are named and not imported: `Modal.extend` would bring each of them into the first load.
 */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  headings: { fontWeight: '650', sizes: { h2: { fontSize: '1.375rem' }, h3: { fontSize: '1.125rem' } } },
  components: {
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Alert: { defaultProps: { variant: 'outline' } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: { defaultProps: { closeButtonProps, centered: true }, styles: { title: { fontWeight: 600 } } },
    Drawer: { defaultProps: { closeButtonProps } },
    Notification: { defaultProps: { closeButtonProps } },
    Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true } } },
  },
})

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-orange-outline': '#a83a06',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
  },
})
