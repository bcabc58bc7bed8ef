import { dirname, join } from 'node:path'

import { withoutComments, type SourceFile } from './tree.ts'

/**
 * Every room, and what it may import besides itself; a file lives in the longest prefix that fits it, and an
 * entry of the list allows everything that begins with it. The layout and its reasons are in docs/architecture.md.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'contract/': [],
  'domain/': ['contract/'],

  'src/main.tsx': ['src/', 'mock-api/'],
  'src/app/': ['src/'],
  'src/api/': ['contract/', 'src/lib/'],
  'src/features/': ['contract/', 'domain/', 'src/api/', 'src/components/', 'src/lib/'],
  'src/components/': ['contract/', 'src/lib/'],
  'src/lib/': [],
  'mock-api/': ['contract/', 'domain/'],

  'server/main.ts': ['server/'],
  'server/app.ts': ['contract/', 'domain/', 'server/'],
  'server/start.ts': ['server/ports', 'server/config.ts'],
  'server/config.ts': ['contract/', 'domain/', 'server/ports'],
  'server/clock.ts': ['server/ports'],
  'server/ports': ['contract/', 'domain/'],
  'server/http/': ['contract/', 'domain/', 'server/ports'],
  'server/routes/': ['contract/', 'domain/', 'server/ports', 'server/http/'],
  'server/engine/': ['contract/', 'domain/', 'server/ports'],
  'server/channel/': ['contract/', 'domain/', 'server/ports'],
  'server/db/': ['contract/', 'domain/', 'server/ports'],
  'server/storage/': ['contract/', 'domain/', 'server/ports'],
  'server/metrics/': ['contract/', 'domain/', 'server/ports'],
  'server/live/': ['contract/', 'domain/', 'server/ports'],
  'server/access/': ['contract/', 'domain/', 'server/ports'],

  'device/sdk/': ['contract/'],
  'device/agent/': ['device/sdk/'],
  'device/simulator/': ['device/sdk/'],

  'e2e/': ['mock-api/'],
  // against everything real: the same harness as the tests that run the built service
  'e2e/real/': ['e2e/', 'device/', 'test/support/'],
  'test/': [''],
  'bench/': [''],
  'scripts/': ['contract/', 'dist/'],
}

/** Packages that the pure rooms may use; rooms that are not named here may use any. */
export const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  'contract/': ['zod'],
  // the signature of a device is a digest, and only server and device compute it
  'contract/device/': ['zod', 'node:crypto'],
  'domain/': ['zod'],
  // pure arithmetic of dates and zones, which Node 20 does not have itself
  'domain/window.ts': ['temporal-polyfill'],
}

/** Tests beside the code they test may import anything, like those in test/. */
const isTest = (path: string) => /\.test\.tsx?$/.test(path)
const isConfig = (path: string) => /^[^/]+\.config\.ts$/.test(path)

const longestPrefix = (table: object, path: string) =>
  Object.keys(table)
    .filter((prefix) => path.startsWith(prefix))
    .toSorted((a, b) => b.length - a.length)[0]

const roomOf = (path: string) => longestPrefix(MAY_IMPORT, path)

const featureOf = (path: string) => /^src\/features\/([^/]+)\//.exec(path)?.[1]

/** Specifiers of static imports, re-exports, dynamic imports, workers (`new URL(…, import.meta.url)`) and `import.meta.glob`. */
const IMPORTS =
  /(?:^|[;\s])(?:import|export)\s[^'"`;()]*?from\s*['"]([^'"]+)['"]|(?:^|[;\s])import\s*['"]([^'"]+)['"]|import\(\s*['"`]([^'"`]+)['"`]|new URL\(\s*['"]([^'"]+\.tsx?)['"],\s*import\.meta\.url|import\.meta\.glob\(\s*['"]([^'"]+)['"]/g

export const importsOf = ({ text }: SourceFile): string[] =>
  [...withoutComments(text).matchAll(IMPORTS)].map((match) => match.slice(1).find(Boolean) ?? '')

/** The path that a specifier means, or undefined for a package. */
function targetOf(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1)
  return specifier.startsWith('.') ? join(dirname(from), specifier) : undefined
}

function mayEnter(from: string, target: string): boolean {
  const [room, next] = [roomOf(from), roomOf(target)]
  if (room === undefined) return false
  if (room !== next) return MAY_IMPORT[room]?.some((prefix) => target.startsWith(prefix)) ?? false
  // features share data and never screens: only `queries.ts` is visible next door
  return featureOf(from) === featureOf(target) || target.endsWith('/queries.ts')
}

/** Imports of a room from where it may not look, over static and dynamic imports. */
export const trespasses = (files: readonly SourceFile[]): string[] =>
  files
    .filter(({ path }) => !isTest(path) && !isConfig(path))
    .flatMap((file) =>
      importsOf(file).flatMap((specifier) => {
        const target = targetOf(specifier, file.path)
        return target === undefined || mayEnter(file.path, target) ? [] : [`${file.path} -> ${target}`]
      }),
    )

/** Packages, Node's own included, in rooms that promise to need none. */
export const foreignPackages = (files: readonly SourceFile[]): string[] =>
  files
    .filter(({ path }) => !isTest(path))
    .flatMap((file) => {
      const allowed = MAY_USE[longestPrefix(MAY_USE, file.path) ?? '']
      const packages = importsOf(file).filter((specifier) => targetOf(specifier, file.path) === undefined)
      return packages.filter((name) => allowed && !allowed.includes(name)).map((name) => `${file.path} -> ${name}`)
    })

/** Files that live nowhere: a new folder needs a line in the table first. */
export const homeless = (files: readonly SourceFile[]): string[] =>
  files.map(({ path }) => path).filter((path) => !isConfig(path) && !isTest(path) && roomOf(path) === undefined)
