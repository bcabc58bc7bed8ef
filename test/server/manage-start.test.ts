import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { ensureFirstAdmin } from '#server/access/first-admin.ts'
import { createPasswords } from '#server/access/passwords.ts'
import { keepSecrets } from '#server/access/secrets.ts'
import { buildApp } from '#server/app.ts'
import { stoppedClock } from '#server/clock.ts'
import { ConfigError, readConfig } from '#server/config.ts'
import { lockServer } from '#server/db/lock.ts'
import { openDb, type Db } from '#server/db/open.ts'
import { createPeople } from '#server/db/people.ts'

import { ORG, startHarness } from './harness.ts'
import { databases, openTestDatabase } from './support/databases.ts'
import { takeSchema } from './support/schemas.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ota-start-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const refusalOf = (env: Record<string, string>): string => {
  try {
    readConfig(env)
    return ''
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
}

describe('the configuration', () => {
  test('has the defaults of the documentation', () => {
    expect(readConfig({})).toMatchObject({
      port: 8080,
      mqttPort: 11_883,
      dataDir: './data',
      publicUrl: 'http://localhost:8080',
      firmwareMaxBytes: 104_857_600,
      contact: 'GovTech',
      testClock: false,
    })
  })

  test.each([
    [{ PORT: 'http' }, 'PORT must be a whole number, from 0 to 65,535'],
    [{ PORT: '70000' }, 'PORT must be a whole number, from 0 to 65,535'],
    [{ MQTT_PORT: '1.5' }, 'MQTT_PORT must be a whole number, from 0 to 65,535'],
    [{ RATE_LIMIT_PER_MINUTE: '0' }, 'RATE_LIMIT_PER_MINUTE must be a whole number, 1 or more'],
    [{ LOG_KEEP_MONTHS: '-1' }, 'LOG_KEEP_MONTHS must be a whole number, from 0 to 1,200'],
    [{ TRUST_PROXY: 'loopbak' }, 'TRUST_PROXY must be the number of proxies in front, or their addresses'],
    [{ TRUST_PROXY: '10.0.0.0/99' }, 'TRUST_PROXY must be the number of proxies'],
    [{ TRUST_PROXY: '-1' }, 'TRUST_PROXY must be the number of proxies'],
    [{ PUBLIC_URL: 'ota.example.gov' }, 'PUBLIC_URL must be an address such as https://ota.example.gov'],
    [{ PUBLIC_URL: 'https://example.gov/ota' }, 'PUBLIC_URL must have no path'],
    [{ SESSION_SECRET: 'short' }, 'SESSION_SECRET must have at least 32 characters'],
    [{ DATA_KEY: 'abc' }, 'DATA_KEY must be 32 bytes'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of'],
    [{ DATABASE_URL: 'mysql://db' }, 'DATABASE_URL must begin with postgres://'],
    [{ DATABASE_URL: 'postgres://db/ota' }, 'SESSION_SECRET must be given with DATABASE_URL'],
    [{ DATABASE_URL: 'postgres://db/ota' }, 'DATA_KEY must be given with DATABASE_URL'],
    [{ TEST_CLOCK: '1', NODE_ENV: 'production' }, 'TEST_CLOCK lets anyone on this machine move the clock'],
    [{ FIRMWARE_MAX_BYTES: '3000000000' }, 'FIRMWARE_MAX_BYTES must be a whole number, from 1 to 2,147,483,647'],
    [{ TLS_CERT: 'server.pem' }, 'TLS_CERT and TLS_KEY must be given together'],
    [{ TLS_CLIENT_CA: 'ca.pem' }, 'TLS_CLIENT_CA needs TLS_CERT and TLS_KEY'],
    [{ TLS_CERT: 'c', TLS_KEY: 'k', TLS_CRL: 'crl.pem' }, 'TLS_CRL needs TLS_CLIENT_CA'],
    [{ REDIS_URL: 'redis://cache' }, 'REDIS_URL is not supported by this release'],
  ])('%o is refused in words', (env, words) => {
    expect(refusalOf(env)).toContain(words)
  })

  test.each(['0', '2', 'true', '10.0.0.7', 'loopback, 10.0.0.0/8, fd00::/8, ::1'])(
    'trusts proxies as %s',
    (trusted) => {
      expect(() => readConfig({ TRUST_PROXY: trusted })).not.toThrow()
    },
  )

  test('says everything that is wrong at once', () => {
    const message = refusalOf({ PORT: 'x', LOG_LEVEL: 'y', S3_BUCKET: 'z' })
    for (const name of ['PORT', 'LOG_LEVEL', 'S3_BUCKET']) expect(message).toContain(name)
  })
})

describe('the secrets', () => {
  const none = { sessionSecret: undefined, dataKey: undefined }

  test('are made once, kept, and readable by their owner alone', async () => {
    const first = await keepSecrets(dataDir, none)
    expect(first.dataKey).toHaveLength(32)
    expect(await keepSecrets(dataDir, none)).toEqual(first)
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600)
  })

  test('that were given are not written down', async () => {
    const given = { sessionSecret: 's'.repeat(32), dataKey: Buffer.alloc(32, 1) }
    expect(await keepSecrets(dataDir, given)).toEqual(given)
    await expect(readFile(join(dataDir, 'secrets.json'))).rejects.toThrow('ENOENT')
  })
})

test('a key that does not open the database is refused at the start', async () => {
  const harness = await startHarness()
  const url = `/api/orgs/${ORG}/products`
  await harness.send('operator', { method: 'POST', url, payload: { name: 'Meter' } })
  await rm(join(harness.config.dataDir, 'secrets.json'))
  const secrets = await keepSecrets(harness.config.dataDir, harness.config)
  const { clock, config, db } = harness
  const ports = { config, clock, db, secrets, passwords: createPasswords(), webRoot: dataDir, release: 'test' }
  await expect(buildApp(ports)).rejects.toThrow('DATA_KEY is not the key')
  await harness.close()
})

test('a port that is taken is said in words, and the first password is not lost with the start', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const service = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), MQTT_PORT: '0', DATA_DIR: dataDir },
  })
  const said = { out: '', error: '' }
  service.stdout.on('data', (bytes: Buffer) => (said.out += bytes.toString()))
  service.stderr.on('data', (bytes: Buffer) => (said.error += bytes.toString()))
  expect(await once(service, 'close')).toEqual([1, null])
  taken.close()
  expect(said.error).toBe(
    `Port ${port} is used by another program. PORT, HTTPS_PORT, MQTT_PORT and MQTTS_PORT choose others.\n`,
  )
  expect(said.out).toMatch(/First sign-in: admin@localhost with the password \S{20} /)
})

describe('the lock on a data folder', () => {
  const lost = () => {}

  test('refuses a second server and says why', async () => {
    const lock = await lockServer({ dataDir }, lost)
    await expect(lockServer({ dataDir }, lost)).rejects.toThrow(
      `Another server already uses the data folder ${dataDir}`,
    )
    await lock.release()
    await (await lockServer({ dataDir }, lost)).release()
  })

  test('refuses a second process, and dies with the first when it is killed', async () => {
    const code = `
      import { lockServer } from './server/db/lock.ts'
      await lockServer({ dataDir: process.argv[1] }, () => {})
      process.stdout.write('locked')
      process.stdin.resume()`
    const args = ['--import', 'tsx', '--input-type=module', '--eval', code, dataDir]
    const other = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    await new Promise((resolve) => other.stdout.once('data', resolve))
    await expect(lockServer({ dataDir }, lost)).rejects.toThrow('Another server already uses')
    const ended = new Promise((resolve) => other.once('exit', resolve))
    other.kill('SIGKILL')
    await ended
    await (await lockServer({ dataDir }, lost)).release()
  })
})

const url = process.env['TEST_DATABASE_URL']
test.each(url ? [url] : [])('a database is served by one server', async (databaseUrl) => {
  const other = await mkdtemp(join(tmpdir(), 'ota-start-'))
  const lock = await lockServer({ dataDir, databaseUrl }, () => {})
  await expect(lockServer({ dataDir: other, databaseUrl }, () => {})).rejects.toThrow(
    'Another server already uses this database',
  )
  await lock.release()
  await (await lockServer({ dataDir: other, databaseUrl }, () => {})).release()
  await rm(other, { recursive: true, force: true })
})

test.each(url ? [url] : [])(
  'two that open one database at once both find its tables, and write in turns',
  async (own) => {
    const schema = await takeSchema(own)
    const open = () => openDb({ dataDir: '', databaseUrl: schema.url })
    const both = await Promise.all([open(), open()])
    // each counts and then writes what it counted: without turns two would count the same
    const write = ({ transact }: Db) =>
      transact(async (trx) => {
        const { length } = await trx.selectFrom('orgs').select('id').execute()
        const row = {
          id: `org-${length}`,
          slug: `org-${length}`,
          name: 'Agency',
          zone: 'Asia/Singapore',
          created_at: 0,
        }
        await trx.insertInto('orgs').values(row).execute()
      })
    await Promise.all(Array.from({ length: 20 }, (_, n) => write(both[n % 2] as Db)))
    const seen = await Promise.all(both.map(({ read }) => read.selectFrom('orgs').select('id').execute()))
    expect(seen.map(({ length }) => length)).toEqual([20, 20])
    await Promise.all(both.map((db) => db.close()))
    await schema.giveBack()
  },
)

describe.each(databases)('the first administrator on %s', (database) => {
  test('is made once; a password that nobody chose is told once', async () => {
    const stored = await openTestDatabase(database)
    const people = createPeople(stored.db, stoppedClock(0))
    const passwords = createPasswords({ N: 2, r: 1, p: 1 })
    const admin = { email: 'root@example.gov', password: undefined }
    const told = await ensureFirstAdmin(people, passwords, admin)
    expect(told).toHaveLength(20)
    expect(await ensureFirstAdmin(people, passwords, admin)).toBeUndefined()
    const user = await people.byEmail('root@example.gov')
    expect(await passwords.verify(told ?? '', user?.passwordHash)).toBe(true)
    expect(await passwords.verify('another', user?.passwordHash)).toBe(false)
    expect((await people.person(user?.id ?? ''))?.platformRoles).toEqual(['platformAdmin'])
    await stored.dispose()
  })
})
