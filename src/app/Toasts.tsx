import { notificationsStore } from '@mantine/notifications'
import { Suspense, useState, useSyncExternalStore } from 'react'

import { late } from '#src/api/late.tsx'
import { MissingNothing } from '#src/components/Missing.tsx'

/** Fetched with the first thing there is to say. */
const ToastArea = late(() => import('./ToastArea.tsx').then((module) => module.ToastArea), MissingNothing)

const hasAny = () => notificationsStore.getState().notifications.length > 0

export function Toasts() {
  const isSaying = useSyncExternalStore(notificationsStore.subscribe, hasAny)
  const [isNeeded, setNeeded] = useState(false)
  if (isSaying && !isNeeded) setNeeded(true)
  return <Suspense>{isNeeded && <ToastArea />}</Suspense>
}
