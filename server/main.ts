import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { ensureFirstAdmin } from './access/first-admin.ts'
import { createPasswords, type Passwords } from './access/passwords.ts'
import { keepSecrets } from './access/secrets.ts'
import { buildApp } from './app.ts'
import { movableSystemClock, systemClock } from './clock.ts'
import { ConfigError, readConfig, type Config } from './config.ts'
import { lockServer, SecondServerError } from './db/lock.ts'
import { openDb, type Db } from './db/open.ts'
import { createPeople } from './db/people.ts'
import type { Clock } from './ports.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** Built, this file lies in dist/server; in development in server. Without the file Node would take neither for a module. */
const root = existsSync(here('../package.json')) ? here('../') : here('../../')
const webRoot = `${root}dist/web`
const { version: release } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }

async function start(): Promise<void> {
  const config = readConfig(process.env)
  const clock = config.testClock ? movableSystemClock() : systemClock()
  const lock = await lockServer(config, (error) => fail(error))
  const secrets = await keepSecrets(config.dataDir, config)
  const db = await openDb(config)
  const passwords = createPasswords()
  // side by side: to hash a password takes as long as to put everything else together
  const [service] = await Promise.all([
    buildApp({ config, secrets, clock, db, passwords, webRoot, release }),
    tellFirstAdmin(db, clock, passwords, config),
  ])
  const { httpsPort, mqttPort, mqttsPort } = await service.start()
  const encrypted = mqttsPort === undefined ? '' : `, with TLS on ${mqttsPort}; HTTPS on ${httpsPort}`
  console.info(`Ready: ${config.publicUrl} (devices on port ${mqttPort}${encrypted})`)
  const close = async () => {
    await service.close()
    await db.close()
    await lock.release()
  }
  // certificates are renewed and revoked while the service runs
  process.on('SIGHUP', () => {
    service.reloadTls().catch((err: unknown) => service.app.log.error({ err }, 'The certificates were not reloaded'))
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void close().catch(fail))
}

/** Told at once: it is kept by then, and a start that fails further on would leave a password that nobody has read. */
async function tellFirstAdmin(db: Db, clock: Clock, passwords: Passwords, { admin }: Config): Promise<void> {
  const password = await ensureFirstAdmin(createPeople(db, clock), passwords, admin)
  if (password !== undefined)
    console.info(`First sign-in: ${admin.email} with the password ${password} (shown only now)`)
}

/** Why a port could not be opened, by the system's code. */
const PORT_WORDS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is used by another program',
  EACCES: 'may not be opened by this user',
  EADDRNOTAVAIL: 'cannot be opened: HOST is not an address of this machine',
}

function portWords(error: unknown): string | undefined {
  const { syscall, code = '', port } = error as NodeJS.ErrnoException & { port?: number }
  const words = syscall === 'listen' ? PORT_WORDS[code] : undefined
  return words && `Port ${port} ${words}. PORT, HTTPS_PORT, MQTT_PORT and MQTTS_PORT choose others.`
}

/** What the operator can put right is said in words; anything else keeps its stack. */
function fail(error: unknown): never {
  const isTheirs = error instanceof ConfigError || error instanceof SecondServerError
  console.error(isTheirs ? error.message : (portWords(error) ?? error))
  process.exit(1)
}

await start().catch(fail)
