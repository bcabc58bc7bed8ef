import { z } from 'zod'

/** A list as somebody wants to see it again: a name, and the search part of its address. */
export interface SavedView {
  name: string
  search: string
}

const SavedViews = z.array(z.object({ name: z.string().min(1).max(64), search: z.string().max(2_000) }))
const keyOf = (org: string) => `views.devices.${org}`

/** What the address asks of the list itself: neither the page it stands on nor what is open above it. */
export function viewOf(search: URLSearchParams): string {
  const view = new URLSearchParams(search)
  view.delete('cursor')
  view.delete('dialog')
  view.sort()
  return view.toString()
}

/** The views of this browser; none where it keeps nothing or keeps something else there. */
export function readViews(org: string): SavedView[] {
  try {
    return SavedViews.parse(JSON.parse(localStorage.getItem(keyOf(org)) ?? '[]'))
  } catch {
    return []
  }
}

/** @returns false where the browser refuses to keep anything, as in some private windows */
export function writeViews(org: string, views: readonly SavedView[]): boolean {
  try {
    localStorage.setItem(keyOf(org), JSON.stringify(views))
    return true
  } catch {
    return false
  }
}

/** The views with this one among them, by name; one of the same name is replaced. */
export const withView = (views: readonly SavedView[], view: SavedView): SavedView[] =>
  [...views.filter(({ name }) => name !== view.name), view].toSorted((a, b) => (a.name < b.name ? -1 : 1))
