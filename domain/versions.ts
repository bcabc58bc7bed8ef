import type { Preview } from '#contract/manage/previews.ts'

/** Numbers of a core or a pre-release have no leading zero, so the longer one is the greater one. */
const NUMBER = /^(?:0|[1-9]\d*)$/
const PARTS = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

interface SemanticVersion {
  core: readonly string[]
  preRelease: readonly string[]
}

/** A version by Semantic Versioning 2.0.0 (semver.org), or undefined: devices may report any text. */
function parse(version: string): SemanticVersion | undefined {
  const found = PARTS.exec(version)
  if (!found) return undefined
  const core = found.slice(1, 4)
  const preRelease = found[4]?.split('.') ?? []
  const numbers = [...core, ...preRelease.filter((part) => /^\d+$/.test(part))]
  return numbers.every((part) => NUMBER.test(part)) ? { core, preRelease } : undefined
}

const compareText = (a: string, b: string): number => Number(a > b) - Number(a < b)
const compareNumbers = (a: string, b: string): number => a.length - b.length || compareText(a, b)

/** Numbers stand before words; within each, by value and by letters. */
function compareParts(a: string, b: string): number {
  const [isA, isB] = [NUMBER.test(a), NUMBER.test(b)]
  if (isA && isB) return compareNumbers(a, b)
  return isA === isB ? compareText(a, b) : Number(isB) - Number(isA)
}

/** The first part that differs decides; of two that agree so far the one with more parts is the later. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i]
    if (other === undefined) return 1
    const order = compareParts(part, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** A version with a pre-release comes before the same one without; what stands behind a plus decides nothing. */
function compare(a: SemanticVersion, b: SemanticVersion): number {
  const order = compareLists(a.core, b.core)
  if (order !== 0) return order
  const [early, late] = [a.preRelease.length, b.preRelease.length]
  if (early === 0 || late === 0) return Number(early === 0) - Number(late === 0)
  return compareLists(a.preRelease, b.preRelease)
}

/** True where both are semantic versions and the target comes before the source; of other texts nobody can say. */
export function looksOlder(target: string, source: string): boolean {
  const [to, from] = [parse(target), parse(source)]
  return to !== undefined && from !== undefined && compare(to, from) < 0
}

/** Versions that the warning names one by one. */
const NAMED = 3

/** Warns of devices that would go back. @param byVersion devices of the scope by what they run, the most frequent first */
export function warnOfOlderTarget(target: string, byVersion: Preview['byVersion']): Preview['warnings'] {
  const newer = byVersion.filter(({ version }) => looksOlder(target, version))
  const devices = newer.reduce((sum, { count }) => sum + count, 0)
  if (devices === 0) return []
  const names = newer.slice(0, NAMED).map(({ version }) => version)
  const more = newer.length > NAMED ? ` and ${newer.length - NAMED} more` : ''
  const whom = devices === 1 ? '1 device runs' : `${devices} devices run`
  const title = `${target} looks older than what ${whom} now (${names.join(', ')}${more}): going back may not work.`
  return [{ code: 'targetLooksOlder', path: 'firmwareId', title }]
}
