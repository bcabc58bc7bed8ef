import { useDisclosure } from '@mantine/hooks'
import { Suspense, useEffect } from 'react'
import { useLocation } from 'react-router-dom'

import { late } from '#src/api/late.tsx'
import { useLive } from '#src/api/use-live.ts'
import { MissingDialog } from '#src/components/Missing.tsx'
import { useMyOrg } from '#src/features/session/queries.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { Clock } from './Clock.tsx'
import { Header } from './Header.tsx'
import { Navigation } from './Navigation.tsx'
import NotFoundPage from './NotFoundPage.tsx'
import { PageArea } from './PageArea.tsx'
import styles from './Shell.module.css'
import { SkipLink } from './SkipLink.tsx'
import { StaleNotice } from './StaleNotice.tsx'

/** Wide screens never need it. */
const MenuDrawer = late(() => import('./MenuDrawer.tsx').then((module) => module.MenuDrawer), MissingDialog)

/** Everything around a page of one organisation. */
export function OrgShell() {
  const slug = useOrg()
  const org = useMyOrg(slug)
  const { pathname } = useLocation()
  const [isMenuOpen, menu] = useDisclosure()
  const { close } = menu
  // the menu closes when a link in it has been followed
  useEffect(() => close(), [pathname, close])
  if (!org) return <NotFoundPage title="This organisation does not exist, or you are not a member of it" />

  return (
    <Clock zone={org.zone}>
      <Listening org={slug} />
      <SkipLink />
      <div className={styles['shell']}>
        <Header org={org} menu={{ isOpen: isMenuOpen, toggle: menu.toggle }} />
        <div className={styles['side']} data-screen>
          <Navigation org={slug} />
        </div>
        <div className={styles['content']}>
          <StaleNotice />
          <PageArea />
        </div>
      </div>
      <Suspense>{isMenuOpen && <MenuDrawer org={org} isOpen close={close} />}</Suspense>
    </Clock>
  )
}

/** Every page hears of jobs; each adds what else it shows. */
function Listening({ org }: { org: string }) {
  useLive(org, { jobs: true })
  return null
}
