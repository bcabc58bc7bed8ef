import { useHotkeys } from '@mantine/hooks'
import { Suspense, useState } from 'react'

import { late } from '#src/api/late.tsx'
import { SearchIcon } from '#src/components/icons.tsx'
import { MissingDialog } from '#src/components/Missing.tsx'
import type { MyOrg } from '#src/features/session/queries.ts'
import menu from './HeaderMenu.module.css'
import styles from './Palette.module.css'

/** Fetched with its first opening. */
const CommandPalette = late(() => import('./CommandPalette.tsx').then((module) => module.CommandPalette), MissingDialog)

const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent)

/** Opens the command palette, by the pointer or by `Ctrl/⌘ K` from anywhere. */
export function PaletteButton({ org }: { org: MyOrg }) {
  const [isOpen, setOpen] = useState(false)
  // also while a field has the focus: it is where people are when they want to go elsewhere
  useHotkeys([['mod+K', () => setOpen((was) => !was)]], [])
  return (
    <>
      <button
        type="button"
        className={menu['button']}
        aria-label="Search and commands"
        aria-keyshortcuts="Control+K Meta+K"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <SearchIcon size={18} />
        <span className={styles['hint']}>Search</span>
        <kbd className={`${styles['keys']} ${styles['hint']}`}>{isMac ? '⌘ K' : 'Ctrl K'}</kbd>
      </button>
      <Suspense>{isOpen && <CommandPalette org={org} close={() => setOpen(false)} />}</Suspense>
    </>
  )
}
