import { Tooltip } from '@mantine/core'
import type { RefObject } from 'react'

interface Props {
  target: RefObject<HTMLElement | null>
  children: string
}

/** A sentence beside what the pointer or the focus is on. Its placing is heavy, so it is fetched when first needed. */
export const Hint = ({ target, children }: Props) => (
  <Tooltip target={target} label={children} opened multiline maw={320} withinPortal />
)
