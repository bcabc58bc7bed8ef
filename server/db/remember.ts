/**
 * The same answer for the same text, without asking again: for what is made of a text alone and is never changed.
 * @param most texts that are remembered; then it begins anew
 */
export function remembered<T>(most: number, make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    if (known.size >= most) known.clear()
    const made = make(text)
    known.set(text, made)
    return made
  }
}
