// Installs what is missing and nothing else; the other scripts begin with the same call.
import { ensureInstalled } from './lib/install.mjs'
import { say } from './lib/say.mjs'

await ensureInstalled()
say('everything is installed')
