import { AppShell, Drawer } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { use, useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react'
import { Outlet, useLocation } from 'react-router-dom'

import { LiveContext, useLive } from '#src/api/use-live.ts'
import { ClockContext, DEFAULT_ZONE } from '#src/components/Time.tsx'
import { useMyOrg } from '#src/features/session/queries.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { Header } from './Header.tsx'
import { Navigation } from './Navigation.tsx'
import NotFoundPage from './NotFoundPage.tsx'
import { OrgSwitcher } from './OrgSwitcher.tsx'
import styles from './Shell.module.css'
import { SkipLink } from './SkipLink.tsx'
import { StaleNotice } from './StaleNotice.tsx'

/** Times on screen are told anew when this many milliseconds have passed, by the server's clock. */
const TICK_MS = 10_000

/** Everything around a page of one organisation. */
export function OrgShell() {
  const slug = useOrg()
  const org = useMyOrg(slug)
  const [isMenuOpen, menu] = useDisclosure()
  const { pathname } = useLocation()
  useEffect(menu.close, [pathname]) // oxlint-disable-line react/exhaustive-deps -- the menu closes when the page changes
  if (!org) return <NotFoundPage title="This organisation does not exist, or you are not a member of it" />

  return (
    <Clock zone={org.zone}>
      <Listening org={slug} />
      <SkipLink />
      <AppShell
        header={{ height: 52 }}
        navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: true } }}
        padding={0}
      >
        <AppShell.Header className={styles['header']}>
          <Header org={org} menu={{ isOpen: isMenuOpen, toggle: menu.toggle }} />
        </AppShell.Header>
        <AppShell.Navbar p="xs" visibleFrom="sm" component="div">
          <Navigation org={slug} />
        </AppShell.Navbar>
        <Drawer opened={isMenuOpen} onClose={menu.close} size={264} title="Menu" hiddenFrom="sm">
          <OrgSwitcher org={org} />
          <Navigation org={slug} />
        </Drawer>
        <AppShell.Main component="div">
          <StaleNotice />
          <Page />
        </AppShell.Main>
      </AppShell>
    </Clock>
  )
}

/** The page itself. Following a link moves the focus here, as loading a new page would. */
function Page() {
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  const shown = useRef(pathname)
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

/** Every page hears of jobs; each adds what else it shows. */
function Listening({ org }: { org: string }) {
  useLive(org, { jobs: true })
  return null
}

function Clock({ zone = DEFAULT_ZONE, children }: { zone?: string; children: ReactNode }) {
  const live = use(LiveContext)
  const now = useSyncExternalStore(
    (onChange) => live?.status.subscribe(onChange) ?? (() => undefined),
    () => Math.floor(Date.parse(live?.status.get().at ?? new Date().toISOString()) / TICK_MS) * TICK_MS,
  )
  return <ClockContext value={{ zone, now }}>{children}</ClockContext>
}
