import { withoutComments, type SourceFile } from './tree.ts'

/** A word that must not stand in a place, and what to do instead. */
interface WordRule {
  word: RegExp
  where: RegExp
  except?: RegExp
  instead: string
}

/** Files that hold tests: those named so, and the journeys with what supports them. */
const TESTS = /\.test\.tsx?$|^e2e\/|^test\//
/** This folder and its test quote what they forbid. */
const RULES = /^test\/architecture/

export const WORD_RULES: readonly WordRule[] = [
  {
    word: /\bsetInterval\b/,
    where: /^src\//,
    instead: 'the live stream, or a refetchInterval that is a function of data',
  },
  { word: /(?<![\w.])fetch\(|\bwindow\.fetch\b/, where: /^src\//, except: /^src\/api\//, instead: 'call() of src/api' },
  { word: /data-testid|getByTestId/, where: /^(src|e2e|test)\//, instead: 'a role and a name' },
  { word: /\bconsole\.log\b/, where: /./, instead: 'the logger, or console.info in a script' },
  { word: /\bwaitForTimeout\b|timers\/promises/, where: TESTS, instead: 'waiting for what the operator would see' },
  {
    word: /setTimeout\(\s*(?:resolve|done|ok|r)\b|new Promise[^\n]*setTimeout|\bsleep\(|networkidle/,
    where: TESTS,
    instead: 'waiting for what the operator would see, or moving the clock',
  },
  {
    word: /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|only|todo|fixme|skipIf|runIf|fails)\b/,
    where: TESTS,
    instead: 'a test that runs, or none; what this machine cannot run is left out of the table by its parameter',
  },
  { word: /\bpage\.route\(|\bcontext\.route\(/, where: /^e2e\//, instead: 'a sentinel input of the mock' },
  {
    word: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|Math\.random\(/,
    where: /^(domain|server)\//,
    except: /^server\/(main|clock)\.ts$/,
    instead: 'the clock and the identifiers that are handed in',
  },
  {
    word: /\bprocess\.env\b/,
    where: /^(server|domain|contract)\//,
    except: /^server\/(main|config)\.ts$/,
    instead: 'server/config.ts',
  },
  { word: /\bwindow\.(?:confirm|alert|prompt)\(/, where: /^src\//, instead: 'ConfirmButton' },
]

const lineOf = (text: string, index: number) => text.slice(0, index).split('\n').length

/** Every place where a forbidden word stands, with what to write instead. */
export const forbiddenWords = (files: readonly SourceFile[]): string[] =>
  files
    .filter(({ path }) => !RULES.test(path))
    .flatMap(({ path, text }) => {
      const code = withoutComments(text)
      return WORD_RULES.filter(({ where, except }) => where.test(path) && !except?.test(path)).flatMap(
        ({ word, instead }) => {
          const match = word.exec(code)
          return match ? [`${path}:${lineOf(text, match.index)} says ${match[0]}; use ${instead}`] : []
        },
      )
    })

/** Directives that silence the compiler; they live in comments. */
export const silenced = (files: readonly SourceFile[]): string[] =>
  files.filter(({ path, text }) => !RULES.test(path) && /@ts-(?:ignore|nocheck)/.test(text)).map(({ path }) => path)

/** Notes to a later self; what is not done is said in the issue and not in the code. */
export const unfinished = (files: readonly SourceFile[]): string[] =>
  files
    .filter(({ path }) => !RULES.test(path))
    .filter(({ text }) => /\b(?:TODO|FIXME|XXX|HACK)\b|[Nn]ot (?:yet )?implemented/.test(text))
    .map(({ path }) => path)

/** Spelt apart, so that this file does not name them either. */
const MAKERS = [
  'cla' + 'ude',
  'co' + 'pilot',
  'chat' + 'gpt',
  'anth' + 'ropic',
  'open' + 'ai\\b',
  'ai-' + 'generated',
  'language ' + 'model',
]
const MACHINE = ['/work/' + '(?:main|shared)', 'bash_' + 'jobs', '/root' + '/']
const REGISTRY = ['registry\\.' + '[a-z.]+\\.(?:org|com|net|dev)', '\\.npmjs' + '\\.', 'npm\\.pkg' + '\\.']

/** Names that mean nothing to the project's users: tools of its making, folders of a machine, addresses of a registry. */
export const strangers = (files: readonly SourceFile[]): string[] => {
  const names = new RegExp([...MAKERS, ...MACHINE, ...REGISTRY].join('|'), 'i')
  return files.flatMap(({ path, text }) => {
    const found = names.exec(`${path}\n${text}`)
    return found ? [`${path}: ${found[0]}`] : []
  })
}
