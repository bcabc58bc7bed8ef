import type { ComponentType } from 'react'
import { NavLink } from 'react-router-dom'

import {
  ActivityIcon,
  DevicesIcon,
  FirmwareIcon,
  HelpIcon,
  JobsIcon,
  OverviewIcon,
  PoliciesIcon,
  ProductsIcon,
} from '#src/components/icons.tsx'
import { paths } from '#src/lib/paths.ts'
import styles from './Shell.module.css'

interface Entry {
  label: string
  to: (org: string) => string
  Icon: ComponentType
}

/** In the words that operators of DECADA know. Only what exists is listed. */
const entries: readonly Entry[] = [
  { label: 'Overview', to: paths.overview, Icon: OverviewIcon },
  { label: 'Firmware', to: paths.firmwareList, Icon: FirmwareIcon },
  { label: 'OTA Jobs', to: paths.jobs, Icon: JobsIcon },
  { label: 'Upgrade Policies', to: paths.policies, Icon: PoliciesIcon },
  { label: 'Devices', to: paths.devices, Icon: DevicesIcon },
  { label: 'Products', to: paths.products, Icon: ProductsIcon },
  { label: 'Activity', to: paths.activity, Icon: ActivityIcon },
  { label: 'Help', to: paths.help, Icon: HelpIcon },
]

export function Navigation({ org }: { org: string }) {
  return (
    <nav aria-label="Main">
      <ul className={styles['list']}>
        {entries.map(({ label, to, Icon }) => (
          <li key={label}>
            <NavLink to={to(org)} end={to === paths.overview} className={styles['link'] ?? ''}>
              <Icon />
              {label}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
