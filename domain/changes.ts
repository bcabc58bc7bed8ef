import type { Change } from '#contract/manage/activity.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a person gives a thing, and so what the log keeps of it. No secret stands here. */
const KEPT = {
  product: ['name', 'description', 'dynamicActivation', 'tlsRequired'],
  device: ['productKey', 'deviceKey', 'name', 'enabled', 'tags', 'attributes'],
  deviceList: ['name', 'productKey', 'keyCount'],
  firmware: [
    'name',
    'version',
    'fileName',
    'sizeBytes',
    'signMethod',
    'sha256',
    'md5',
    'description',
    'releaseNotes',
    'tags',
    'verification',
  ],
  policy: ['name', 'description', 'policy'],
} as const

/** Of a thing what the log keeps. @param kind as in the action of the line */
export const keptOf = <K extends keyof typeof KEPT>(
  kind: K,
  thing: Readonly<Record<(typeof KEPT)[K][number], unknown>>,
): Fields => {
  const fields: Fields = { ...thing }
  return Object.fromEntries(KEPT[kind].map((field) => [field, fields[field]]))
}

/** Of a job its scope and policy; the log says how many devices were named, not their ten thousand keys. */
export const keptOfJob = ({ scope, policy }: { scope: { deviceKeys: readonly string[] }; policy: object }): Fields => ({
  scope: { ...scope, deviceKeys: scope.deviceKeys.length },
  policy,
})

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Leaves by their path: `policy.halt.rate`. Lists are leaves, because their places have no names. */
function leavesOf(fields: Fields, path = ''): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value === null) return []
    if (isFields(value)) return leavesOf(value, `${path}${name}.`)
    return [[path + name, typeof value === 'string' ? value : JSON.stringify(value)]]
  })
}

/** What differs, field by field in the order of their names; null where a field has no value. */
export function changesOf({ before, after }: { before?: unknown; after?: unknown }): Change[] {
  const [old, next] = [before, after].map((side) => new Map(isFields(side) ? leavesOf(side) : []))
  const fields = [...new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])])].toSorted()
  return fields
    .map((field) => ({ field, before: old?.get(field) ?? null, after: next?.get(field) ?? null }))
    .filter((change) => change.before !== change.after)
}

/** "name: Night -> Day", one after the other: for a table of plain texts. */
export const changesInWords = (changes: readonly Change[]): string =>
  changes.map(({ field, before, after }) => `${field}: ${before ?? '(none)'} -> ${after ?? '(none)'}`).join('; ')
