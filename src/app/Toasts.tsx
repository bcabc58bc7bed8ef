import { notificationsStore } from '@mantine/notifications'
import { lazy, Suspense, useState, useSyncExternalStore } from 'react'

/** Fetched with the first thing there is to say. */
const ToastArea = lazy(() => import('./ToastArea.tsx').then((module) => ({ default: module.ToastArea })))

const hasAny = () => notificationsStore.getState().notifications.length > 0

export function Toasts() {
  const isSaying = useSyncExternalStore(notificationsStore.subscribe, hasAny)
  const [isNeeded, setNeeded] = useState(false)
  if (isSaying && !isNeeded) setNeeded(true)
  return <Suspense>{isNeeded && <ToastArea />}</Suspense>
}
