// npm run bench [-- part [sizes]]: measurements; each prints rows for docs/benchmarks.md.
import { runParts, type Part } from './support/parts.ts'

const PARTS: Readonly<Record<string, Part>> = {
  fleet: { file: 'fleet.ts', what: '[devices]: a connected fleet against the built service' },
  channel: { file: 'channel.ts', what: '[connections] [seconds]: the device channel against a bare broker' },
  downloads: { file: 'downloads.ts', what: '[at once] [MB]: our downloads against nginx with the same file' },
  reports: { file: 'reports.ts', what: '[devices] [snapshot]: the engine alone, without sockets' },
  'device-lists': { file: 'device-lists.ts', what: '[keys] [wrong lines]: a device list in no order' },
  'job-page': { file: 'job-page.ts', what: '[tasks] [changes a second] [seconds]: a large job in a real browser' },
  upload: { file: 'upload.ts', what: '[megabytes]: a file through the upload page of a real browser' },
}

await runParts('npm run bench', PARTS)
