import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'

/**
 * Serves the portal with its mock, as it was built, from memory: every page is index.html. A server that reads, stamps or
 * compresses each file anew for each visitor costs a run of the journeys more than some of its tests.
 * Arguments: the built folder, the port.
 */
const [folder = '', port = ''] = process.argv.slice(2)

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}

const files = new Map(
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const type = TYPES[extname(path)] ?? 'application/octet-stream'
      return [path.slice(join(folder).length), { type, body: readFileSync(path) }] as const
    }),
)
const page = files.get('/index.html')
if (!page) throw new Error(`${folder} holds no built portal`)

createServer((request, response) => {
  const { type, body } = files.get(new URL(request.url ?? '/', 'http://localhost').pathname) ?? page
  response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body)
}).listen(Number(port), 'localhost')
