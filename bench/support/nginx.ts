import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

import { until } from './machine.ts'

export interface Nginx {
  /** Address of the file. */
  url: string
  pid: number
  stop(): Promise<void>
}

const PLACES = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']

function find(): string | undefined {
  return PLACES.map((place) => join(place, 'nginx')).find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

/** Serves one folder's files from a configuration of its own, one worker as our server is one process. Undefined where nginx is not installed. */
export async function startNginx(folder: string, root: string, file: string, port: number): Promise<Nginx | undefined> {
  const program = find()
  if (program === undefined) return undefined
  mkdirSync(join(folder, 'temp'), { recursive: true })
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${folder}/temp/${what};`,
  )
  const lines = [
    // as root it would read as nobody, and the files are ours alone
    process.getuid?.() === 0 ? 'user root;' : '',
    'worker_processes 1; daemon off; pid nginx.pid; error_log error.log;',
    'events { worker_connections 4096; }',
    `http { access_log off; sendfile on; ${temp.join(' ')}`,
    `  server { listen 127.0.0.1:${port}; root ${root}; } }`,
  ]
  const config = join(folder, 'nginx.conf')
  writeFileSync(config, lines.join('\n'))
  const child = spawn(program, ['-p', folder, '-c', config], { stdio: 'inherit' })
  await until('nginx answers', 20, () => answers(port))
  return {
    url: `http://127.0.0.1:${port}/${file}`,
    pid: child.pid ?? 0,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGQUIT')
      await gone
    },
  }
}
