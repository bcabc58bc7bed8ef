// npm run bench -- job-page [tasks] [changes a second] [seconds]: the page of a large job in a real browser, against the
// built service: how soon its rows are there, and how it bears many changes a second.
import { join } from 'node:path'

import { chromium, type Page } from 'playwright'

import { jobs } from '#contract/manage/jobs.ts'

import { CHROMIUM_FLAGS, chromiumPath } from '../e2e/support/chromium.ts'
import { ADMIN, openField, type Field } from '../test/support/field.ts'
import { ask } from '../test/support/manage.ts'
import { prepareRollout } from '../test/support/rollout.ts'
import { crowd } from './job-page/crowd.ts'
import { blink, firstRowsMs, openEyes, otherRowsMs, whatWasSeen, type Seen } from './job-page/eyes.ts'
import { connectAll, introduceAll, storm } from './job-page/storm.ts'
import { machine, today } from './support/machine.ts'

const TASKS = Number(process.argv[2] ?? 1_000_000)
const PER_SECOND = Number(process.argv[3] ?? 1_000)
const SECONDS = Number(process.argv[4] ?? 60)
const LIVING = Math.min(1_000, TASKS)
const WARM_SECONDS = 3

async function signIn(page: Page, { url }: { url: string }): Promise<void> {
  await page.goto(url)
  await page.getByRole('textbox', { name: 'Email' }).fill(ADMIN.email)
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /^Account/ }).waitFor()
}

/** A job of the living devices, filled up to its size while the service does not run, and then started. */
async function bigJob(field: Field): Promise<string> {
  const rollout = await prepareRollout(field, 1_024)
  await introduceAll(field)
  const stopped = await ask(field.client, jobs.create, {
    params: { org: field.org },
    body: {
      type: 'upgrade',
      firmwareId: rollout.firmware.id,
      name: 'a large job',
      scope: {},
      policy: { halt: null, concurrency: 10_000 },
    },
  })
  await field.service().stop()
  await crowd(join(field.folder, 'data'), stopped.id, TASKS - LIVING)
  await field.killAndRestart()
  await ask(field.client, jobs.start, { params: { org: field.org, jobId: stopped.id } })
  return stopped.id
}

const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
const ms = (value: number): string => `${Math.round(value)} ms`

interface Figures {
  first: number
  last: number
  answeredPerSecond: number
  seen: Seen
}

async function measure(field: Field, page: Page, path: string): Promise<Figures> {
  const { url } = field.service()
  await page.goto(`${url}${path}?tab=succeeded&limit=200`)
  const first = await firstRowsMs(page)
  const last = await otherRowsMs(page, 'Last')
  const links = await connectAll(field)
  await page.goto(`${url}${path}?tab=upgrading&limit=200`)
  const alive = [...links]
  await storm(alive, PER_SECOND, WARM_SECONDS)
  await page.getByRole('table', { name: 'In Progress' }).getByRole('row').nth(100).waitFor()
  await blink(page)
  const { answered, seconds } = await storm(alive, PER_SECOND, SECONDS)
  const seen = await whatWasSeen(page)
  for (const link of links) link.drop()
  return { first, last, answeredPerSecond: answered / seconds, seen }
}

const field = await openField(LIVING)
const executablePath = chromiumPath()
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: CHROMIUM_FLAGS })
try {
  const jobId = await bigJob(field)
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  await openEyes(page)
  await signIn(page, field.service())
  const { first, last, answeredPerSecond, seen } = await measure(field, page, `/orgs/${field.org}/jobs/${jobId}`)
  const { latencies, longTasks } = seen
  const cells = [
    today(),
    machine(),
    `npm run bench -- job-page ${TASKS} ${PER_SECOND} ${SECONDS}`,
    TASKS.toLocaleString('en-SG'),
    ms(first),
    ms(last),
    `${Math.round(answeredPerSecond)}`,
    `${ms(at(latencies, 0.5))}, ${ms(at(latencies, 0.95))}, of ${latencies.length.toLocaleString('en-SG')}`,
    `${ms(Math.max(0, ...longTasks))}, ${longTasks.length} over 50 ms`,
  ]
  console.info(`| ${cells.join(' | ')} |`)
} finally {
  await browser.close()
  await field.end()
}
