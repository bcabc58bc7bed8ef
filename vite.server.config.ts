import { existsSync } from 'node:fs'

import { defineConfig } from 'vite'

const entries = {
  'server/main': 'server/main.ts',
  'simulator/main': 'device/simulator/main.ts',
  // the demo runs its fleet itself, with the secrets that it was given
  'simulator/fleet': 'device/simulator/fleet.ts',
}

/**
 * Server and simulator as plain JavaScript, so that `node` alone starts them. Packages stay in node_modules:
 * native modules and pino's workers do not survive bundling.
 */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist',
    // dist/ also holds the portal, which was built first
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    rollupOptions: {
      input: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
      output: { entryFileNames: '[name].js', chunkFileNames: 'shared/[name]-[hash].js' },
    },
  },
})
