import { Stack } from '@mantine/core'
import type { ReactNode } from 'react'

import styles from './Fieldset.module.css'

/** Fields that are locked together, without a frame. */
export function Fieldset({ disabled, children }: { disabled: boolean; children: ReactNode }) {
  return (
    <fieldset disabled={disabled} className={styles['plain']}>
      <Stack>{children}</Stack>
    </fieldset>
  )
}
