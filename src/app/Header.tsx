import { Box, Burger, Group } from '@mantine/core'
import { Suspense } from 'react'
import { Link } from 'react-router-dom'

import { late } from '#src/api/late.tsx'
import type { MyOrg } from '#src/features/session/queries.ts'
import { MissingNothing } from '#src/components/Missing.tsx'
import { ProductMark } from '#src/components/ProductMark.tsx'
import { paths } from '#src/lib/paths.ts'
import { AccountMenu } from './AccountMenu.tsx'
import { AsOf } from './AsOf.tsx'
import { OrgSwitcher } from './OrgSwitcher.tsx'
import { PaletteButton } from './PaletteButton.tsx'
import styles from './Shell.module.css'
import { ThemeToggle } from './ThemeToggle.tsx'

/** It asks for lists of jobs, whose schemas no page should have to wait for. */
const NoticeMenu = late(() => import('./NoticeMenu.tsx').then((module) => module.NoticeMenu), MissingNothing)

interface Props {
  /** Absent on the pages that belong to no organisation. */
  org?: MyOrg
  menu?: { isOpen: boolean; toggle: () => void }
}

export function Header({ org, menu }: Props) {
  return (
    <header className={styles['header']} data-screen>
      <Group gap="sm" wrap="nowrap">
        {menu && (
          <Burger
            opened={menu.isOpen}
            onClick={menu.toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label="Menu"
            aria-expanded={menu.isOpen}
          />
        )}
        <Link to={org ? paths.overview(org.slug) : paths.root()} className={styles['mark']} aria-label="OTA Portal">
          <ProductMark />
        </Link>
        {org && (
          <Box visibleFrom="sm">
            <OrgSwitcher org={org} />
          </Box>
        )}
      </Group>
      <div className={styles['tools']}>
        {org && <AsOf zone={org.zone} />}
        {org && <PaletteButton org={org} />}
        <Suspense fallback={<span className={styles['pending']} />}>{org && <NoticeMenu org={org.slug} />}</Suspense>
        <ThemeToggle />
        <AccountMenu />
      </div>
    </header>
  )
}
