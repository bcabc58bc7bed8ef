import { useEffect, useState } from 'react'

/** As much of a form as a draft needs. */
export interface Drafted<T> {
  values: T
  isDirty(): boolean
  setValues(values: T): void
}

interface Kept<T> {
  values: T
  /** When it was written, ISO 8601. */
  at: string
  /** The version of the object that it was written about. */
  base?: number
}

export interface Draft {
  /** When the draft that is offered was written; null when none is. */
  offeredAt: string | null
  /** The version that the form is written about: the draft's own once it was taken. */
  base: number | undefined
  /** How often it was taken: the key of fields that keep a text of their own. */
  round: number
  take(): void
  /** The draft is of no more use: it was given up, or saved. */
  forget(): void
}

/** An emptied field of a number is not a number, for which JSON has no word. */
const NOT_A_NUMBER = '\0NaN'
const address = (key: string) => `draft ${key}`

const write = <T>(key: string, kept: Kept<T>): void => {
  const text = JSON.stringify(kept, (_, value: unknown) => (Number.isNaN(value) ? NOT_A_NUMBER : value))
  try {
    sessionStorage.setItem(address(key), text)
  } catch {
    // the storage is full or forbidden: the form works on without a draft
  }
}

/** What was kept, unless it was written by a portal whose form had other fields. */
function read<T extends object>(key: string, now: T): Kept<T> | null {
  const text = sessionStorage.getItem(address(key))
  if (text === null) return null
  const revive = (_: string, value: unknown) => (value === NOT_A_NUMBER ? Number.NaN : value)
  const kept = JSON.parse(text, revive) as Kept<T>
  return Object.keys(now).join() === Object.keys(kept.values).join() ? kept : null
}

/**
 * Keeps what is written into a form over a reload of this tab, and offers it back.
 * @param key names the form and what it is about
 * @param base the version of the object that is being edited
 */
export function useDraft<T extends object>(key: string, form: Drafted<T>, base?: number): Draft {
  const { values, setValues } = form
  const [found, setFound] = useState(() => read(key, values))
  const [taken, setTaken] = useState<number>()
  const [round, setRound] = useState(0)
  const isDirty = form.isDirty()
  const isOffered = found !== null
  const about = taken ?? base
  useEffect(() => {
    if (isDirty) write(key, { values, at: new Date().toISOString(), ...(about !== undefined && { base: about }) })
    else if (!isOffered) sessionStorage.removeItem(address(key))
  }, [key, isDirty, isOffered, values, about])
  return {
    offeredAt: found?.at ?? null,
    base: about,
    round,
    take() {
      if (!found) return
      setValues(found.values)
      setTaken(found.base)
      setFound(null)
      setRound(round + 1)
    },
    forget() {
      sessionStorage.removeItem(address(key))
      setFound(null)
      setTaken(undefined)
    },
  }
}
