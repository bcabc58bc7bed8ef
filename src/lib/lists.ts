/** Splits what people paste, by line, comma, semicolon, space or tab, each once and in their order. */
export const splitPasted = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))]

const both = new Intl.ListFormat('en-SG', { type: 'conjunction' })
const either = new Intl.ListFormat('en-SG', { type: 'disjunction' })

/** "1.3 or 1.4"; a long list is cut: "1.1, 1.2, 1.3 or 4 others". */
export function anyOf(items: readonly string[], shown = 4): string {
  return either.format(items.length <= shown + 1 ? items : [...items.slice(0, shown), `${items.length - shown} others`])
}

export const allOf = (items: readonly string[]): string => both.format(items)
