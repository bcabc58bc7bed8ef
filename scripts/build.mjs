// npm run build: portal to dist/web, server and simulator to dist/server and dist/simulator.
import { build } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { giveUp } from './lib/say.mjs'

await ensureInstalled()
if (!(await build())) giveUp('The build failed; the reason is above.')
