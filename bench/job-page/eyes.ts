import type { Page } from 'playwright'

/** What the page itself saw, in its own time. */
export interface Seen {
  /** Milliseconds from the report of a device to the frame after the one that shows it. */
  latencies: number[]
  /** Milliseconds that the main thread was not free, each over 50. */
  longTasks: number[]
}

/**
 * Puts eyes into a page before anything of it runs: they note when rows came, how long the main thread was held, and
 * how old each change is when it is painted. A change tells its own time: the device reports it as its text.
 */
export async function openEyes(page: Page): Promise<void> {
  // tsx names functions by a helper of its own, which a page has not
  await page.addInitScript('globalThis.__name = (value) => value')
  await page.addInitScript(() => {
    const seen = { latencies: [] as number[], longTasks: [] as number[], rowsAt: 0, firstKey: '' }
    Object.assign(window, { seen })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longTasks.push(duration)
    }).observe({ type: 'longtask', buffered: true })

    /** After the frame that shows what has changed just now. */
    const painted = (then: () => void) => requestAnimationFrame(() => setTimeout(then, 0))
    const told = (target: Node) => /t(\d{13})/.exec(target.textContent ?? '')?.[1]
    new MutationObserver((changes) => {
      const times = changes.filter(({ type }) => type === 'characterData').flatMap(({ target }) => told(target) ?? [])
      if (times.length > 0)
        painted(() => {
          const now = Date.now()
          for (const time of times) seen.latencies.push(now - Number(time))
        })
      const key = document.querySelector('main tbody th')?.textContent ?? ''
      if (key === '' || key === seen.firstKey) return
      seen.firstKey = key
      painted(() => (seen.rowsAt = performance.now()))
    }).observe(document, { subtree: true, childList: true, characterData: true })
  })
}

/** Milliseconds until the rows of a page that was just opened were painted. */
export async function firstRowsMs(page: Page): Promise<number> {
  await page.waitForFunction(() => (window as never as { seen: { rowsAt: number } }).seen.rowsAt > 0, undefined, {
    polling: 20,
  })
  return page.evaluate(() => (window as never as { seen: { rowsAt: number } }).seen.rowsAt)
}

/** Milliseconds from a click on a button until other rows are painted. */
export async function otherRowsMs(page: Page, button: string): Promise<number> {
  const from = await page.evaluate((name) => {
    const { seen } = window as never as { seen: { rowsAt: number } }
    seen.rowsAt = 0
    const found = [...document.querySelectorAll('nav button')].find(({ textContent }) => textContent === name)
    if (!(found instanceof HTMLElement)) throw new Error(`The page has no button ${name}`)
    const at = performance.now()
    found.click()
    return at
  }, button)
  return (await firstRowsMs(page)) - from
}

/** Forgets what was seen before a measurement. */
export const blink = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { seen } = window as never as { seen: Seen }
    seen.latencies.length = 0
    seen.longTasks.length = 0
  })

export const whatWasSeen = (page: Page): Promise<Seen> =>
  page.evaluate(() => {
    const { latencies, longTasks } = (window as never as { seen: Seen }).seen
    return { latencies, longTasks }
  })
