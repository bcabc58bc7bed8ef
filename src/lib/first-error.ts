import { flushSync } from 'react-dom'

/**
 * Brings whoever has pressed Save to the first field that was refused. In a long form it stands out of sight, and
 * nothing would seem to have happened.
 */
export function toFirstError(): void {
  // what was refused is drawn by then
  requestAnimationFrame(() => {
    const scope = document.querySelector('[role="dialog"]') ?? document
    const field = scope.querySelector('[aria-invalid="true"]')
    if (field instanceof HTMLElement) field.focus()
  })
}

/** Puts what the server refused beside its fields, and goes to the first of them. */
export function showRefused(form: { setErrors: (errors: Record<string, string>) => void }, fields: object = {}): void {
  flushSync(() => form.setErrors({ ...fields }))
  toFirstError()
}
