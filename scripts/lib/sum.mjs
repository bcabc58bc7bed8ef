import { existsSync, readFileSync } from 'node:fs'

/**
 * What a suite came to. `notRun` are tests that exist and did not run, with nothing to say for them.
 * @typedef {{ passed: number, failed: number, notRun: number, failures: string[] }} Tally
 */

const readJson = (file) => {
  try {
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  } catch {
    return undefined
  }
}

/** A runner that ended badly without naming a failed test has failed once: it crashed, or never began. */
const withCrash = (tally, exitCode) =>
  exitCode === 0 || tally.failed > 0
    ? tally
    : { ...tally, failed: 1, failures: [`the runner ended with exit code ${exitCode}`] }

const nothing = { passed: 0, failed: 0, notRun: 0, failures: [] }

/** A step that has no tests inside: types, lint, format, build. @returns {Tally} */
export const ofStep = (name, exitCode) =>
  exitCode === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1, failures: [name] }

/** Vitest's JSON reporter. A file that could not be loaded has no tests in it and counts as one failure. @returns {Tally} */
export function ofVitest(file, exitCode) {
  const report = readJson(file)
  if (!report) return withCrash(nothing, exitCode || 1)
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults)
  const failedTests = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
  const brokenFiles = report.testResults
    .filter(
      ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((t) => t.status === 'failed'),
    )
    .map(({ name }) => `${name} could not be run`)
  const passed = tests.filter(({ status }) => status === 'passed').length
  const failures = [...failedTests, ...brokenFiles]
  const notRun = tests.length - passed - failedTests.length
  return withCrash({ passed, failed: failures.length, notRun, failures }, exitCode)
}

const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)]

/** Playwright's JSON reporter. A flaky test is a failed one: a flake is a bug. @returns {Tally} */
export function ofPlaywright(file, exitCode) {
  const report = readJson(file)
  if (!report) return withCrash(nothing, exitCode || 1)
  const tests = report.suites
    .flatMap(specsOf)
    .flatMap(({ title, tests: runs }) =>
      runs.map(({ status, projectName }) => ({ status, name: `[${projectName}] ${title}` })),
    )
  const failures = tests.filter(({ status }) => status === 'unexpected' || status === 'flaky').map(({ name }) => name)
  const errors = report.errors.map(({ message }) => String(message).split('\n')[0])
  const passed = tests.filter(({ status }) => status === 'expected').length
  const notRun = tests.length - passed - failures.length
  const all = [...failures, ...errors]
  return withCrash({ passed, failed: all.length, notRun, failures: all }, exitCode)
}

/** @param {Tally[]} tallies @returns {Tally} */
export const sum = (tallies) => ({
  passed: tallies.reduce((total, tally) => total + tally.passed, 0),
  failed: tallies.reduce((total, tally) => total + tally.failed, 0),
  notRun: tallies.reduce((total, tally) => total + tally.notRun, 0),
  failures: tallies.flatMap((tally) => tally.failures),
})
