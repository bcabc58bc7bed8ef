import { createTheme, type CSSVariablesResolver } from '@mantine/core'

const closeButtonProps = { 'aria-label': 'Close' }

const fieldLine = (_: unknown, { variant = 'default', error }: { variant?: string; error?: unknown }) =>
  variant === 'default' && !error ? { wrapper: { '--input-bd': 'var(--field-line)' } } : {}

/**
 * Mantine 9.7 as shipped fails our axe gate on primary blue, dimmed text, nameless close buttons, the title of an
 * outlined orange alert (3.6 to 1) and the place that a menu keeps for the focus before its first entry. The lines of
 * its fields and boxes are fainter than the 3 to 1 at which everybody sees where to write (`global.css` has the boxes).
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
    Input: { vars: fieldLine },
    Alert: { defaultProps: { variant: 'outline' } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: { defaultProps: { closeButtonProps, centered: true }, styles: { title: { fontWeight: 600 } } },
    // else each would be one more banner beside that of the page
    ModalHeader: { defaultProps: { component: 'div' } },
    DrawerHeader: { defaultProps: { component: 'div' } },
    Drawer: { defaultProps: { closeButtonProps } },
    // what has to be chosen is not unchosen by choosing it again; where it may be empty there is a button for that
    Select: { defaultProps: { allowDeselect: false } },
    Notification: { defaultProps: { closeButtonProps } },
    Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true } } },
  },
})

/** Also the few colours that the portal's own styles need, by what they are for. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    // the title of an outlined alert
    '--mantine-color-orange-outline': '#a83a06',
    '--quiet-background': 'var(--mantine-color-gray-0)',
    '--hover-background': 'var(--mantine-color-gray-1)',
    '--quiet-line': 'var(--mantine-color-gray-3)',
    '--field-line': 'var(--mantine-color-gray-6)',
    '--notice-background': 'var(--mantine-color-orange-0)',
    '--current-background': 'var(--mantine-color-indigo-0)',
    '--current-color': 'var(--mantine-color-indigo-8)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--quiet-background': 'var(--mantine-color-dark-6)',
    '--hover-background': 'var(--mantine-color-dark-5)',
    '--quiet-line': 'var(--mantine-color-dark-5)',
    '--field-line': 'var(--mantine-color-dark-2)',
    '--notice-background': 'var(--mantine-color-dark-6)',
    '--current-background': 'var(--mantine-color-dark-5)',
    '--current-color': 'var(--mantine-color-indigo-2)',
  },
})
