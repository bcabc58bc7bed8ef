import { Button, VisuallyHidden, type ButtonProps } from '@mantine/core'
import {
  lazy,
  Suspense,
  useEffect,
  useId,
  useRef,
  useState,
  type ComponentPropsWithoutRef,
  type MouseEvent,
  type RefObject,
} from 'react'
import { Link } from 'react-router-dom'

// what could not be fetched is only the look of the hint: the browser has one of its own
const Hint = lazy(() =>
  import('./Hint.tsx').then(
    (module) => ({ default: module.Hint }),
    () => ({ default: PlainHint }),
  ),
)

function PlainHint({ target, children }: { target: RefObject<HTMLElement | null>; children: string }) {
  useEffect(() => target.current?.setAttribute('title', children), [target, children])
  return <></>
}

interface Common extends ButtonProps {
  /** Why it cannot be used now, in the server's words; undefined when it can. */
  whyNot?: string | undefined
}

type Props = Common & Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps>

/** A button that, when it is off, says why: it keeps its place in the tab order and describes itself by the reason. */
export function ActionButton({ whyNot, onClick, type = 'button', ...button }: Props) {
  const reasonId = useId()
  const self = useRef<HTMLButtonElement>(null)
  const [isAsked, setAsked] = useState(false)
  const isOff = whyNot !== undefined
  const refuse = (event: MouseEvent) => event.preventDefault()
  const off = {
    'data-disabled': true,
    'aria-disabled': true,
    'aria-describedby': reasonId,
    onPointerEnter: () => setAsked(true),
    onPointerLeave: () => setAsked(false),
    onFocus: () => setAsked(true),
    onBlur: () => setAsked(false),
  }
  return (
    <>
      <Button {...button} ref={self} type={type} onClick={isOff ? refuse : onClick} {...(isOff && off)} />
      {isOff && <VisuallyHidden id={reasonId}>{whyNot}</VisuallyHidden>}
      <Suspense>{isOff && isAsked && <Hint target={self}>{whyNot}</Hint>}</Suspense>
    </>
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
