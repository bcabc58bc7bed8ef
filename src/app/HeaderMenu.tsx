import { useClickOutside } from '@mantine/hooks'
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useLocation } from 'react-router-dom'

import styles from './HeaderMenu.module.css'

interface Props {
  /** The accessible name of the button. */
  label: string
  /** What the button shows. */
  face: ReactNode
  /** Which edge of the button the list keeps to. */
  align: 'start' | 'end'
  children: ReactNode
}

/**
 * A button that discloses a short list of links below the header. Plain CSS places it: what floats freely
 * costs 30 kB, and every page would pay for it.
 */
export function HeaderMenu({ label, face, align, children }: Props) {
  // open at one address: following a link closes it
  const { key } = useLocation()
  const [openAt, setOpenAt] = useState<string>()
  const isOpen = openAt === key
  const close = () => setOpenAt(undefined)
  const listId = useId()
  const button = useRef<HTMLButtonElement>(null)
  const area = useClickOutside(close)

  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen) return
    close()
    button.current?.focus()
  }
  return (
    <div
      ref={area}
      role="presentation"
      className={styles['area']}
      onKeyDown={leave}
      onBlur={({ relatedTarget, currentTarget }) => relatedTarget && !currentTarget.contains(relatedTarget) && close()}
    >
      <button
        ref={button}
        type="button"
        className={styles['button']}
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={listId}
        onClick={() => setOpenAt(isOpen ? undefined : key)}
      >
        {face}
      </button>
      <div id={listId} className={styles['list']} data-align={align} hidden={!isOpen}>
        {children}
      </div>
    </div>
  )
}
