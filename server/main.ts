import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { ensureFirstAdmin } from './access/first-admin.ts'
import { createPasswords, type Passwords } from './access/passwords.ts'
import { keepSecrets } from './access/secrets.ts'
import { buildApp } from './app.ts'
import { movableSystemClock, systemClock } from './clock.ts'
import { readConfig, type Config } from './config.ts'
import { lockServer } from './db/lock.ts'
import { openDb, type Db } from './db/open.ts'
import { createPeople } from './db/people.ts'
import type { Clock, StartError } from './ports.ts'
import { checkTlsFiles, startWords } from './start.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** Built, this file lies in dist/server; in development in server. Without the file Node would take neither for a module. */
const root = existsSync(here('../package.json')) ? here('../') : here('../../')
const webRoot = `${root}dist/web`
const { version: release } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }

/** Undefined until it is read. */
let config: Config | undefined
/** Where the end is told, which is the log once there is one. */
let tell = (words: string): void => console.error(words)

async function start(): Promise<void> {
  config = readConfig(process.env)
  checkTlsFiles(config.tls)
  const clock = config.testClock ? movableSystemClock() : systemClock()
  const lock = await lockServer(config, endWithoutLock)
  const secrets = await keepSecrets(config.dataDir, config)
  const db = await openDb(config)
  const passwords = createPasswords()
  // side by side: to hash a password takes as long as to put everything else together
  const [service] = await Promise.all([
    buildApp({ config, secrets, clock, db, passwords, webRoot, release }),
    tellFirstAdmin(db, clock, passwords, config),
  ])
  tell = (words) => service.app.log.fatal(words)
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

/** At once, and without another write: from now on a second server may begin. */
function endWithoutLock({ message }: StartError): never {
  tell(message)
  process.exit(1)
}

/** What the operator can put right is said in words; anything else keeps its stack. */
function fail(error: unknown): never {
  console.error(startWords(error, config) ?? error)
  process.exit(1)
}

await start().catch(fail)
