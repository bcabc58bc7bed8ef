// npm run bench -- upload [megabytes]: a file through the upload page of a real browser into the built service.
import { randomFillSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { chromium, type CDPSession, type Page } from 'playwright'

import { CHROMIUM_FLAGS, chromiumPath } from '../e2e/support/chromium.ts'
import { ADMIN, openField } from '../test/support/field.ts'
import { machine, today } from './support/machine.ts'

const MEGABYTES = Number(process.argv[2] ?? 100)
const MEGABYTE = 1_048_576
const SAMPLE_MS = 100
const PATIENCE_MS = 600_000

/** The browser calls a task long from 50 ms on; shorter ones nobody feels. */
const LONG_MS = 50

/** What one part of the journey cost the page. */
interface Cost {
  seconds: number
  /** Durations of the main thread's long tasks, ms. */
  longTasks: number[]
  /** JavaScript heap of the page, bytes. */
  heapBefore: number
  heapMost: number
}

async function heapOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0
}

const longTasksOf = (page: Page): Promise<number[]> =>
  page.evaluate(() => (globalThis as { longTasks?: number[] }).longTasks?.splice(0) ?? [])

/** Does something while it watches heap and main thread. */
async function cost(page: Page, session: CDPSession, act: () => Promise<void>): Promise<Cost> {
  await session.send('HeapProfiler.collectGarbage')
  await longTasksOf(page)
  const heapBefore = await heapOf(session)
  let heapMost = heapBefore
  const watch = setInterval(
    () =>
      void heapOf(session).then(
        (heap) => (heapMost = Math.max(heapMost, heap)),
        () => undefined,
      ),
    SAMPLE_MS,
  )
  const startedAt = performance.now()
  try {
    await act()
  } finally {
    clearInterval(watch)
  }
  const seconds = (performance.now() - startedAt) / 1_000
  return { seconds, longTasks: await longTasksOf(page), heapBefore, heapMost }
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('textbox', { name: 'Email' }).fill(ADMIN.email)
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Firmware', exact: true }).click()
  await page.getByRole('link', { name: 'Upload firmware' }).click()
  await page.getByRole('button', { name: 'Choose file' }).waitFor()
}

/** Watches the main thread of every page from its beginning. */
const observe = () => {
  const kept: number[] = []
  Object.assign(globalThis, { longTasks: kept })
  new PerformanceObserver((list) => kept.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
    buffered: true,
  })
}

const mb = (bytes: number) => `${(bytes / MEGABYTE).toFixed(1)} MB`
const tasks = (durations: readonly number[]) =>
  durations.length === 0 ? `none over ${LONG_MS} ms` : `${durations.length}, ${Math.round(Math.max(...durations))} ms`

const folder = mkdtempSync(join(tmpdir(), 'ota-upload-'))
const file = join(folder, 'bench-fw-1.0.0.bin')
const field = await openField(1)
const executablePath = chromiumPath()
const browser = await chromium.launch({ args: CHROMIUM_FLAGS, ...(executablePath && { executablePath }) })
try {
  writeFileSync(file, randomFillSync(Buffer.allocUnsafe(MEGABYTES * MEGABYTE)))
  const page = await browser.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  await page.addInitScript(observe)
  await signIn(page, field.service().url)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')

  const digests = await cost(page, session, async () => {
    await page.getByLabel('Firmware file').setInputFiles(file)
    await page.getByRole('status').filter({ hasText: 'All checks are done' }).waitFor({ state: 'attached' })
  })
  await page.getByRole('combobox', { name: 'Product' }).click()
  await page.getByRole('option', { name: /Meter/ }).click()
  const upload = await cost(page, session, async () => {
    await page.getByRole('button', { name: 'Upload', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'bench-fw | 1.0.0' }).waitFor()
  })
  const cells = [
    today(),
    machine(),
    `npm run bench -- upload ${MEGABYTES}`,
    `${digests.seconds.toFixed(1)} s`,
    tasks(digests.longTasks),
    `${mb(digests.heapBefore)}, at most ${mb(digests.heapMost)}`,
    `${upload.seconds.toFixed(1)} s`,
    tasks(upload.longTasks),
    `${mb(upload.heapBefore)}, at most ${mb(upload.heapMost)}`,
  ]
  console.info(`| ${cells.join(' | ')} |`)
} finally {
  await browser.close()
  await field.end()
  rmSync(folder, { recursive: true, force: true })
}
