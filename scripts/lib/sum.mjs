import { existsSync, readFileSync } from 'node:fs'

/**
 * What a suite came to. `notRun` are tests that exist and did not run, with nothing to say for them.
 * @typedef {{ passed: number, failed: number, notRun: number, failures: string[] }} Tally
 *
 * The parts of the two JSON reports that are read here.
 * @typedef {{ name: string, status: string, assertionResults: { fullName: string, status: string }[] }} VitestFile
 * @typedef {{ title: string, tests: { projectName: string, status: string }[] }} PlaywrightSpec
 * @typedef {{ specs?: PlaywrightSpec[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 * @typedef {{ suites: PlaywrightSuite[], errors: { message?: string }[] }} PlaywrightReport
 */

/** @type {Readonly<Tally>} */
const nothing = { passed: 0, failed: 0, notRun: 0, failures: [] }

/**
 * The report of a runner, or undefined when it died before it wrote one.
 * @param {string} file
 */
function readReport(file) {
  try {
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  } catch {
    return undefined
  }
}

/**
 * A runner that ended badly without naming a failed test has failed once: it crashed, or never began.
 * @param {Tally} tally
 * @param {number} exitCode
 * @returns {Tally}
 */
const withCrash = (tally, exitCode) =>
  exitCode === 0 || tally.failed > 0
    ? tally
    : { ...tally, failed: 1, failures: [`the runner ended with exit code ${exitCode}`] }

/**
 * A step that has no tests inside: types, lint, format, build.
 * @param {string} name
 * @param {number} exitCode
 * @returns {Tally}
 */
export const ofStep = (name, exitCode) =>
  exitCode === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1, failures: [name] }

/**
 * Vitest's JSON reporter. A file that could not be loaded has no failed test in it and counts as one failure.
 * @param {string} file
 * @param {number} exitCode
 * @returns {Tally}
 */
export function ofVitest(file, exitCode) {
  const report = readReport(file)
  if (!report) return withCrash(nothing, exitCode || 1)
  /** @type {VitestFile[]} */
  const files = report.testResults
  const tests = files.flatMap(({ assertionResults }) => assertionResults)
  const failedTests = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
  const brokenFiles = files
    .filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.every((t) => t.status !== 'failed'),
    )
    .map(({ name }) => `${name} could not be run`)
  const passed = tests.filter(({ status }) => status === 'passed').length
  const failures = [...failedTests, ...brokenFiles]
  const notRun = tests.length - passed - failedTests.length
  return withCrash({ passed, failed: failures.length, notRun, failures }, exitCode)
}

/**
 * @param {PlaywrightSuite} suite
 * @returns {PlaywrightSpec[]}
 */
const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)]

/**
 * Playwright's JSON reporter. A flaky test is a failed one: a flake is a bug.
 * @param {string} file
 * @param {number} exitCode
 * @returns {Tally}
 */
export function ofPlaywright(file, exitCode) {
  /** @type {PlaywrightReport | undefined} */
  const report = readReport(file)
  if (!report) return withCrash(nothing, exitCode || 1)
  const tests = report.suites
    .flatMap(specsOf)
    .flatMap(({ title, tests: runs }) => runs.map((run) => ({ ...run, name: `[${run.projectName}] ${title}` })))
  const failedTests = tests
    .filter(({ status }) => status === 'unexpected' || status === 'flaky')
    .map(({ name }) => name)
  const errors = report.errors.map(({ message = 'an error without words' }) => message.split('\n')[0] ?? message)
  const passed = tests.filter(({ status }) => status === 'expected').length
  const failures = [...failedTests, ...errors]
  const notRun = tests.length - passed - failedTests.length
  return withCrash({ passed, failed: failures.length, notRun, failures }, exitCode)
}

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export const sum = (tallies) => ({
  passed: tallies.reduce((total, tally) => total + tally.passed, 0),
  failed: tallies.reduce((total, tally) => total + tally.failed, 0),
  notRun: tallies.reduce((total, tally) => total + tally.notRun, 0),
  failures: tallies.flatMap((tally) => tally.failures),
})
