/** Splits what people paste, by line, comma, semicolon, space or tab, each once and in their order. */
export const splitPasted = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))]

const both = new Intl.ListFormat('en-SG', { type: 'conjunction' })
const either = new Intl.ListFormat('en-SG', { type: 'disjunction' })

/** "1.3 or 1.4"; a long list is cut: "1.1, 1.2, 1.3 or 4 others". */
export function anyOf(items: readonly string[], shown = 4): string {
  return either.format(items.length <= shown + 1 ? items : [...items.slice(0, shown), `${items.length - shown} others`])
}

export const allOf = (items: readonly string[]): string => both.format(items)

/** The item that is there most often; of several the first. Undefined when there is none. */
export function mostFrequent<T>(items: readonly T[]): T | undefined {
  const counts = new Map<T, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0]
}
