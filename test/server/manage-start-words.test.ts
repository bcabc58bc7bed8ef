import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { keepSecrets } from '#server/access/secrets.ts'
import { readConfig, type Config } from '#server/config.ts'
import { lockServer } from '#server/db/lock.ts'
import { openDb } from '#server/db/open.ts'
import { SERVER_LOCK } from '#server/db/postgres.ts'
import { checkTlsFiles, startWords } from '#server/start.ts'

import { takeSchema } from './support/schemas.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ota-start-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const KEYS = { SESSION_SECRET: 's'.repeat(32), DATA_KEY: 'a'.repeat(64) }
const pem = (name: string) => join(import.meta.dirname, '../support/tls', `${name}.pem`)

/** What the operator reads when a service starts with `env`. */
async function toldWith(env: Record<string, string>): Promise<string | undefined> {
  const ends: (() => Promise<void>)[] = []
  let config: Config | undefined
  try {
    config = readConfig({ DATA_DIR: dataDir, ...env })
    checkTlsFiles(config.tls)
    const lock = await lockServer(config, () => {})
    ends.push(() => lock.release())
    await keepSecrets(config.dataDir, config)
    const db = await openDb(config)
    ends.push(() => db.close())
    return 'started'
  } catch (error) {
    return startWords(error, config)
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}

describe('a start that fails says in one sentence what to put right', () => {
  test('when the data folder is a file, or lies under one', async () => {
    const file = join(dataDir, 'file')
    await writeFile(file, '')
    expect(await toldWith({ DATA_DIR: file })).toBe(`DATA_DIR: ${file} is a file. Name a folder.`)
    const under = join(file, 'data')
    expect(await toldWith({ DATA_DIR: under })).toBe(`DATA_DIR: ${under} lies under a file. Name a folder.`)
  })

  test.each([
    ['SQLITE_READONLY_DIRECTORY', 'is read-only'],
    ['SQLITE_CANTOPEN', 'may not be written by this user'],
    ['SQLITE_FULL', 'has no room left'],
    ['ENOSPC', 'has no room left'],
    ['EROFS', 'is read-only'],
  ])('when the data folder answers %s', (code, words) => {
    const error = Object.assign(new Error('some words of a library'), { code })
    expect(startWords(error, readConfig({ DATA_DIR: '/srv/ota' }))).toContain(`DATA_DIR: /srv/ota ${words}`)
  })

  test('when the database or the secrets are damaged', async () => {
    await writeFile(join(dataDir, 'secrets.json'), '{"sessionSecret":')
    expect(await toldWith({})).toMatch(/secrets\.json is damaged\. Restore it from a backup/)
    await writeFile(join(dataDir, 'ota.sqlite'), 'no database, but long enough to be looked at. '.repeat(100))
    expect(await toldWith(KEYS)).toMatch(/^DATA_DIR: .* has a damaged database, ota\.sqlite\. Restore the folder/)
  })

  test.each([
    ['not.a.host.invalid', /^HOST is not\.a\.host\.invalid, which is no address of this machine\./],
    ['192.0.2.1', /^Port 18998 cannot be opened: HOST is not an address of this machine\./],
  ])('when HOST is %s', async (host, words) => {
    const [error] = (await once(createServer().listen({ host, port: 18_998 }), 'error')) as [Error]
    expect(startWords(error, readConfig({ HOST: host }))).toMatch(words)
  })

  test('when a file of TLS cannot be used, each by its variable', async () => {
    const none = join(dataDir, 'none.pem')
    const text = join(dataDir, 'text.pem')
    await writeFile(text, 'not PEM')
    const env = { TLS_CERT: none, TLS_KEY: text, TLS_CLIENT_CA: text, TLS_CRL: dataDir }
    expect((await toldWith(env))?.split('\n  ').slice(1)).toEqual([
      `TLS_CERT: the file ${none} is not there`,
      `TLS_KEY: the file ${text} is no PEM file of a private key without a password`,
      `TLS_CLIENT_CA: the file ${text} is no PEM file of a certificate`,
      `TLS_CRL: the file ${dataDir} is a folder`,
    ])
    expect(await toldWith({ TLS_CERT: pem('server'), TLS_KEY: pem('dev1-key') })).toContain(
      'TLS_KEY is not the key of the certificate in TLS_CERT',
    )
    const whole = { TLS_CERT: pem('server'), TLS_KEY: pem('server-key'), TLS_CLIENT_CA: pem('ca') }
    expect(await toldWith({ ...whole, TLS_CRL: pem('revoked.crl') })).toBe('started')
  })

  test('when PostgreSQL is not there, without the password of its address', async () => {
    const told = await toldWith({ ...KEYS, DATABASE_URL: 'postgres://ota:secret@127.0.0.1:1/ota' })
    expect(told).toBe(
      'DATABASE_URL does not lead to a database (connect ECONNREFUSED 127.0.0.1:1). Correct the address, or start PostgreSQL there.',
    )
    expect(await toldWith({ ...KEYS, DATABASE_URL: 'postgres://ota:sec/ret@127.0.0.1/ota' })).not.toContain('sec')
  })

  test.each(['./data', 'data/firmware', '.'])('when %s may not be made for the data folder', (path) => {
    const error = Object.assign(new Error('EACCES'), { code: 'EACCES', path })
    expect(startWords(error, readConfig({}))).toContain('DATA_DIR: ./data may not be written by this user')
  })

  test('but a mistake of ours keeps its stack', () => {
    expect(startWords(new TypeError('x is not a function'), readConfig({}))).toBeUndefined()
  })
})

const url = process.env['TEST_DATABASE_URL']
test.each(url ? [url] : [])('a database that is not there is named', async (server) => {
  const DATABASE_URL = Object.assign(new URL(server), { pathname: '/no_such_database' }).href
  expect(await toldWith({ ...KEYS, DATABASE_URL })).toContain('database "no_such_database" does not exist')
})

test.each(url ? [url] : [])('a lock that PostgreSQL ends is told, and why', async (server) => {
  const schema = await takeSchema(server)
  const lost: Error[] = []
  await lockServer({ dataDir, databaseUrl: schema.url }, (why) => lost.push(why))
  const admin = new pg.Client({ connectionString: schema.url })
  await admin.connect()
  await admin.query(
    `select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory' and objsubid = 2
     and classid = ${SERVER_LOCK} and objid::bigint = hashtext(current_schema())::bigint & 4294967295`,
  )
  await admin.end()
  await vi.waitFor(() => expect(lost).not.toHaveLength(0))
  expect(lost[0]?.message).toMatch(
    /^PostgreSQL ended the connection .* \(terminating connection due to .*\), so this one ends\. Start it again\.$/,
  )
  await schema.giveBack()
})
