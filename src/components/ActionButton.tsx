import { Button, Tooltip, VisuallyHidden, type ButtonProps } from '@mantine/core'
import { useId, type ComponentPropsWithoutRef, type MouseEvent } from 'react'
import { Link } from 'react-router-dom'

interface Common extends ButtonProps {
  /** Why it cannot be used now, in the server's words; undefined when it can. */
  whyNot?: string | undefined
}

type Props = Common & Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps>

/** A button that, when it is off, says why: it keeps its place in the tab order and describes itself by the reason. */
export function ActionButton({ whyNot, onClick, type = 'button', ...button }: Props) {
  const reasonId = useId()
  if (whyNot === undefined) return <Button {...button} type={type} onClick={onClick} />
  const refuse = (event: MouseEvent) => event.preventDefault()
  return (
    <Tooltip label={whyNot} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Button {...button} type={type} data-disabled aria-disabled aria-describedby={reasonId} onClick={refuse}>
        {button.children}
        <VisuallyHidden id={reasonId} aria-hidden>
          {whyNot}
        </VisuallyHidden>
      </Button>
    </Tooltip>
  )
}

/** The same for what leads to another page: a link when it may be followed, else a button that says why not. */
export function ActionLink({ to, whyNot, ...button }: Common & { to: string }) {
  if (whyNot !== undefined) return <ActionButton {...button} whyNot={whyNot} />
  return <Button {...button} component={Link} to={to} />
}

/** And for a file that the browser saves. */
export function DownloadLink({ to, whyNot, ...button }: Common & { to: string }) {
  if (whyNot !== undefined) return <ActionButton variant="default" {...button} whyNot={whyNot} />
  return <Button variant="default" {...button} component="a" href={to} download />
}
