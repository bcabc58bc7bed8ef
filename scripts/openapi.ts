// npm run openapi: writes contract/openapi.json from the contract; a test compares the two.
import { readFileSync, writeFileSync } from 'node:fs'

import { openApi } from './lib/openapi.ts'

const release = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version
writeFileSync('contract/openapi.json', `${JSON.stringify(openApi(release), null, 2)}\n`)
console.info('wrote contract/openapi.json')
