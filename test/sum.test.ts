import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { ofPlaywright, ofStep, ofVitest, sum } from '../scripts/lib/sum.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ota-sum-'))
afterAll(() => rmSync(folder, { recursive: true }))

function reportOf(content: unknown): string {
  const file = join(folder, 'report.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

const vitestFile = (...statuses: string[]) => ({
  name: 'a.test.ts',
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status, index) => ({ status, fullName: `test ${index}` })),
})
const playwright = (...statuses: string[]) => ({
  errors: [],
  suites: [
    {
      suites: [
        { specs: [{ title: 'a journey', tests: statuses.map((status) => ({ status, projectName: 'light' })) }] },
      ],
    },
  ],
})

describe('the sum that npm test closes with', () => {
  test('counts what passed and what failed', () => {
    const report = reportOf({ testResults: [vitestFile('passed', 'failed', 'passed', 'pending')] })
    expect(ofVitest(report, 1)).toEqual({ passed: 2, failed: 1, notRun: 1, failures: ['test 1'] })
  })

  test('counts a file that could not be loaded', () => {
    const report = reportOf({ testResults: [{ name: 'b.test.ts', status: 'failed', assertionResults: [] }] })
    expect(ofVitest(report, 1)).toMatchObject({ failed: 1, failures: ['b.test.ts could not be run'] })
  })

  test('counts a runner that crashed after its tests had passed', () => {
    const report = reportOf({ testResults: [vitestFile('passed')] })
    expect(ofVitest(report, 134)).toMatchObject({ passed: 1, failed: 1 })
  })

  test.each([ofVitest, ofPlaywright])('counts a runner that left no report, or half of one: %o', (read) => {
    expect(read(join(folder, 'none.json'), 0)).toMatchObject({ passed: 0, failed: 1 })
    expect(read(reportOf('{"testRes'), 0)).toMatchObject({ passed: 0, failed: 1 })
  })

  test('counts a flaky journey as failed', () => {
    const tally = ofPlaywright(reportOf(playwright('expected', 'flaky', 'unexpected', 'skipped')), 1)
    expect(tally).toMatchObject({ passed: 1, failed: 2, notRun: 1 })
  })

  test('counts an error outside of every journey', () => {
    const tally = ofPlaywright(reportOf({ ...playwright('expected'), errors: [{ message: 'no port\nat x' }] }), 1)
    expect(tally).toMatchObject({ passed: 1, failed: 1, failures: ['no port'] })
  })

  test('adds the suites up', () => {
    expect(sum([ofStep('types', 0), ofStep('lint', 1), ofStep('format', 0)])).toEqual({
      passed: 2,
      failed: 1,
      notRun: 0,
      failures: ['lint'],
    })
  })
})
