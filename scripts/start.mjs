// npm start: the service, empty, keeping its data in DATA_DIR.
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'

await ensureInstalled()
await ensureBuilt()
process.env.NODE_ENV ??= 'production'
// in this very process, so that a signal reaches the service itself and killing it kills it
await import(new URL('../dist/server/main.js', import.meta.url).href)
