import { Notifications } from '@mantine/notifications'

export const ToastArea = () => <Notifications position="bottom-right" />
