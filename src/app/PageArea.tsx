import { useEffect, useRef } from 'react'
import { Outlet, useLocation } from 'react-router-dom'

import { useFocusKept } from '#src/lib/use-focus-kept.ts'
import styles from './Shell.module.css'

/** The page itself. Following a link moves the focus here, as loading a new page would. */
export function PageArea() {
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  const shown = useRef(pathname)
  useFocusKept()
  useEffect(() => {
    if (shown.current !== pathname) main.current?.focus({ preventScroll: true })
    shown.current = pathname
  }, [pathname])
  return (
    <main id="main" ref={main} tabIndex={-1} className={styles['main']}>
      <Outlet />
    </main>
  )
}
