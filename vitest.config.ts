import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

/** Two rooms that never meet: what runs in a browser runs in jsdom, the rest in Node. */
export default defineConfig({
  test: {
    // sized for 2 cores; more workers only make the timing of the socket tests uncertain
    maxWorkers: 2,
    projects: [
      {
        plugins: [react()],
        test: {
          name: 'web',
          // a page and its libraries take longer to load than to test; what a test leaves behind is cleared after it
          isolate: false,
          environment: 'jsdom',
          include: ['src/**/*.test.{ts,tsx}', 'mock-api/**/*.test.ts'],
          setupFiles: ['test/setup/web.ts'],
          // jsdom, Mantine and axe on a busy 2-core machine
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'node',
          environment: 'node',
          // a file's worker starts as a thread: a process for each took half a second of processor more
          pool: 'threads',
          // a worker loads its packages once; what a file opens it closes
          isolate: false,
          include: ['{test,contract,domain,server,device}/**/*.test.ts'],
          // two databases beside a compiler on a slow machine; what hangs still ends
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
