import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { beforeAll, expect, test } from 'vitest'

import { examples } from '#contract/examples/index.ts'

const WEB = 'dist/web'
const BUDGET_BYTES = 200_000

/** Chunks that a chunk imports statically: the browser fetches them before a line of it runs. */
const staticImports = (code: string) =>
  [...code.matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[\w*{][^'"`;()]*?from\s*)?["']([^"']+\.js)["']/g)].map(
    ([, name = '']) => name,
  )

/** Every file of JavaScript that index.html makes a browser load, by its path. */
function firstLoad(): Map<string, number> {
  const html = readFileSync(join(WEB, 'index.html'), 'utf8')
  const queue = [...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, path = '']) => join(WEB, path))
  const sizes = new Map<string, number>()
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (sizes.has(file)) continue
    const code = readFileSync(file)
    sizes.set(file, gzipSync(code).length)
    queue.push(...staticImports(code.toString()).map((name) => join(dirname(file ?? ''), name)))
  }
  return sizes
}

beforeAll(() => {
  if (!existsSync(join(WEB, 'index.html'))) throw new Error('dist/web is missing: npm run build makes it')
})

test(`the first load has at most ${BUDGET_BYTES / 1000} kB of compressed JavaScript`, () => {
  const sizes = firstLoad()
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  console.info(`first load: ${(total / 1000).toFixed(1)} kB gzip in ${sizes.size} files`)
  expect(sizes.size).toBeGreaterThan(0)
  expect(total, JSON.stringify(Object.fromEntries(sizes))).toBeLessThanOrEqual(BUDGET_BYTES)
})

test('the production build holds nothing of the mock', () => {
  const scripts = [...firstLoad().keys()].map((file) => readFileSync(file, 'utf8'))
  expect(scripts.filter((code) => code.includes('mockServiceWorker'))).toEqual([])
  expect(existsSync(join(WEB, 'mockServiceWorker.js'))).toBe(false)
})

test('no script carries the examples of the API, which are for documents', () => {
  const mark = examples.get('jobs.create')?.headers?.['Idempotency-Key'] ?? ''
  const scripts = readdirSync(join(WEB, 'assets')).filter((name) => name.endsWith('.js'))
  expect(mark).not.toBe('')
  expect(scripts.filter((name) => readFileSync(join(WEB, 'assets', name), 'utf8').includes(mark))).toEqual([])
})

test('the page loads nothing from elsewhere and holds no inline script', () => {
  const html = readFileSync(join(WEB, 'index.html'), 'utf8')
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/)
})
