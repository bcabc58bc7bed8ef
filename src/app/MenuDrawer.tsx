import { Drawer } from '@mantine/core'

import type { MyOrg } from '#src/features/session/queries.ts'
import { useFocusBack } from '#src/lib/use-focus-back.ts'
import { Navigation } from './Navigation.tsx'
import { OrgSwitcher } from './OrgSwitcher.tsx'

/** The side navigation of a narrow screen. */
export function MenuDrawer({ org, isOpen, close }: { org: MyOrg; isOpen: boolean; close: () => void }) {
  useFocusBack()
  return (
    <Drawer opened={isOpen} onClose={close} size={264} title="Menu">
      <OrgSwitcher org={org} />
      <Navigation org={org.slug} />
    </Drawer>
  )
}
