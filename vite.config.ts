import { readFileSync } from 'node:fs'

import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const MOCK_WORKER = 'mockServiceWorker.js'

/**
 * A portal's own files need no mock: the browser takes them past its worker, which would otherwise ask the page about
 * each of sixty and cost half of the time that a page takes to load. Browsers that cannot do that go the long way.
 */
const PAST_THE_WORKER = `
addEventListener('install', (event) => {
  event.addRoutes?.({ condition: { urlPattern: { pathname: '/assets/*' } }, source: 'network' })
})
`

/** The mock's worker lies at the root so that it cannot ship; a build for tests, and only that, carries it along. */
const mockWorker = (): Plugin => ({
  name: 'mock-worker',
  apply: 'build',
  generateBundle() {
    if (!process.env['VITE_MOCK']) return
    const source = readFileSync(MOCK_WORKER, 'utf8') + PAST_THE_WORKER
    this.emitFile({ type: 'asset', fileName: MOCK_WORKER, source })
  },
})

/**
 * What the first page needs anyway comes as one file: forty small ones cost more requests and compress worse. The entry
 * stays alone, because it waits for the mock, and the mock imports from here.
 */
const ENTRY = /\/(?:index\.html|src\/main\.tsx)$/
const firstLoad = { name: 'first', tags: ['$initial' as const], test: (id: string) => !ENTRY.test(id) }

/**
 * The portal. `vite` serves it against the mock; with VITE_REAL set, against the real service on PORT.
 * `vite build` makes the production bundle, without the mock unless VITE_MOCK is set.
 */
export default defineConfig(({ command, isPreview }) => {
  const isReal = Boolean(process.env['VITE_REAL'])
  if (command === 'serve' && !isPreview && !isReal) process.env['VITE_MOCK'] ??= '1'
  const service = `http://127.0.0.1:${process.env['PORT'] ?? '8080'}`
  return {
    plugins: [react(), mockWorker()],
    // always replaced, so that the bundler sees that a production build never asks for the mock
    define: { 'import.meta.env.VITE_MOCK': JSON.stringify(process.env['VITE_MOCK'] ?? '') },
    server: isReal ? { proxy: { '/api': service, '/files': service } } : {},
    build: {
      outDir: 'dist/web',
      emptyOutDir: true,
      target: 'es2022',
      sourcemap: false,
      reportCompressedSize: false,
      // kB; the budget that counts is of compressed bytes, and a test holds it
      chunkSizeWarningLimit: 1_000,
      rolldownOptions: { output: { codeSplitting: { groups: [firstLoad] } } },
    },
    worker: { format: 'es' },
  }
})
