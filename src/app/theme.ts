import {
  ActionIcon,
  Alert,
  createTheme,
  Drawer,
  Modal,
  Notification,
  Paper,
  Table,
  Tooltip,
  type CSSVariablesResolver,
} from '@mantine/core'

const closeButtonProps = { 'aria-label': 'Close' }

/** Mantine 9.7 as shipped fails our axe gate on primary blue, dimmed text and nameless close buttons. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  headings: { fontWeight: '650', sizes: { h2: { fontSize: '1.375rem' }, h3: { fontSize: '1.125rem' } } },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Alert: Alert.extend({ defaultProps: { variant: 'outline' } }),
    Modal: Modal.extend({ defaultProps: { closeButtonProps, centered: true } }),
    Drawer: Drawer.extend({ defaultProps: { closeButtonProps } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps } }),
    Paper: Paper.extend({ defaultProps: { radius: 'sm' } }),
    Table: Table.extend({ defaultProps: { captionSide: 'top' } }),
    Tooltip: Tooltip.extend({ defaultProps: { events: { hover: true, focus: true, touch: true } } }),
  },
})

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
  },
})
