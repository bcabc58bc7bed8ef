import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the repository as a rule sees it. */
export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  path: string
  text: string
}

const CODE_FOLDERS = ['contract', 'domain', 'src', 'mock-api', 'server', 'device', 'e2e', 'test', 'bench', 'scripts']
/** Folders whose content is not ours or is made by a command. */
const NOT_OURS = new Set(['node_modules', '.git', 'dist', 'data', 'test-results', 'playwright-report', '.cache'])

function pathsIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return []
    const path = folder === '.' ? entry.name : join(folder, entry.name).replaceAll('\\', '/')
    return entry.isDirectory() ? pathsIn(path) : [path]
  })
}

const read = (path: string): SourceFile => ({ path, text: readFileSync(path, 'utf8') })

/** Every TypeScript and script file of the project. */
export const codeFiles = (): SourceFile[] =>
  [...CODE_FOLDERS.flatMap(pathsIn), ...readdirSync('.').filter((name) => name.endsWith('.config.ts'))]
    .filter((path) => /\.(tsx?|mjs)$/.test(path))
    .map(read)

/** Every text that a reader of the repository could open: code, documents, settings. */
export const textFiles = (): SourceFile[] =>
  pathsIn('.')
    .filter((path) => /(\.(tsx?|mjs|js|json|md|html|css|ya?ml|toml|conf|sh|svg)|Dockerfile|LICENSE|run)$/.test(path))
    .map(read)

/** The code without its comments, line for line, so that a rule about code does not judge prose. */
export function withoutComments(text: string): string {
  const blank = (comment: string) => comment.replace(/[^\n]/g, ' ')
  // strings are matched first and kept, so that a `//` inside one is not taken for a comment
  return text.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[^]*?\*\/|\/\/[^\n]*/g, (match) =>
    match.startsWith('/') ? blank(match) : match,
  )
}
