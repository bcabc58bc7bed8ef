import { AppShell } from '@mantine/core'
import { Outlet } from 'react-router-dom'

import { Header } from './Header.tsx'
import styles from './Shell.module.css'
import { SkipLink } from './SkipLink.tsx'

/** Around the pages that belong to no organisation. */
export function PlainShell() {
  return (
    <>
      <SkipLink />
      <AppShell header={{ height: 52 }} padding={0}>
        <AppShell.Header className={styles['header']}>
          <Header />
        </AppShell.Header>
        <AppShell.Main component="div">
          <main id="main" tabIndex={-1} className={styles['main']}>
            <Outlet />
          </main>
        </AppShell.Main>
      </AppShell>
    </>
  )
}
