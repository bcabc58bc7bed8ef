import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import { session } from '#contract/manage/session.ts'

import { emailOf, PASSWORD, startHarness, type Harness } from './harness.ts'
import { databases } from './support/databases.ts'

const HOUR_MS = 3_600_000

describe.each(databases)('signing in on %s', (database) => {
  let harness: Harness
  beforeEach(async () => {
    harness = await startHarness({ database })
  })
  afterEach(() => harness.close())

  const signIn = (email: string, password = PASSWORD, headers: Record<string, string> = {}) =>
    harness.send(null, { method: 'POST', url: '/api/session', payload: { email, password }, headers })
  const whoAmI = (cookie: string) => harness.send(null, { url: '/api/session', headers: { cookie } })

  test('a person signs in, is known, and signs out', async () => {
    const answer = await signIn(` ${emailOf('operator').toUpperCase()} `)
    expect(answer.statusCode).toBe(201)
    const body = session.signIn.reply.parse(answer.json())
    expect(body.orgs).toEqual([{ slug: 'hdb', name: 'HDB', zone: 'Asia/Singapore', roles: ['operator'] }])
    const [cookie] = answer.cookies
    expect(cookie).toMatchObject({ name: 'session', httpOnly: true, sameSite: 'Strict', path: '/' })
    // scripts may know that there is a session, and no more
    expect(answer.cookies[1]).toMatchObject({ name: 'signed-in', value: '1', sameSite: 'Strict', path: '/' })
    expect(answer.cookies[1]?.httpOnly).toBeUndefined()
    const header = `session=${cookie?.value}`
    expect((await whoAmI(header)).json()).toEqual(body)
    const out = await harness.send(null, { method: 'DELETE', url: '/api/session', headers: { cookie: header } })
    expect(out.statusCode).toBe(204)
    expect(out.cookies.map(({ name, value }) => [name, value])).toEqual([
      ['session', ''],
      ['signed-in', ''],
    ])
    expect((await whoAmI(header)).statusCode).toBe(401)
  })

  test('support sees every organisation, without a role in it', async () => {
    const { orgs, platformRoles } = session.signIn.reply.parse((await signIn(emailOf('support'))).json())
    expect(platformRoles).toEqual(['support'])
    expect(orgs.map(({ slug, roles }) => [slug, roles])).toEqual([
      ['hdb', []],
      ['nea', []],
    ])
  })

  test('an unknown person and a wrong password get the same answer', async () => {
    const comparable = ({ requestId: _, ...problem }: Problem) => problem
    const [unknown, wrong] = [await signIn('nobody@hdb.example'), await signIn(emailOf('viewer'), 'wrong')]
    expect(unknown.statusCode).toBe(401)
    expect(comparable(Problem.parse(unknown.json()))).toEqual(comparable(Problem.parse(wrong.json())))
    expect(unknown.headers['set-cookie']).toBeUndefined()
  })

  test('the token is nowhere in the database', async () => {
    const { cookies } = await signIn(emailOf('viewer'))
    const rows = await harness.db.read.selectFrom('sessions').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(cookies[0]?.value)
  })

  test('ten failures for one person close the door for a while, for the right password as well', async () => {
    for (let n = 0; n < 10; n += 1) expect((await signIn(emailOf('viewer'), 'wrong')).statusCode).toBe(401)
    const refused = await signIn(emailOf('viewer'))
    expect(refused.statusCode).toBe(429)
    expect(Problem.parse(refused.json()).code).toBe('too_many_attempts')
    expect(Number(refused.headers['retry-after'])).toBe(900)
    expect((await signIn(emailOf('operator'))).statusCode).toBe(201)
    await harness.clock.advance(900_000)
    expect((await signIn(emailOf('viewer'))).statusCode).toBe(201)
  })

  test('many failures from one address close the door for that address', async () => {
    for (let n = 0; n < 50; n += 1) await signIn(`guess-${n}@hdb.example`)
    expect((await signIn(emailOf('operator'))).statusCode).toBe(429)
  })

  test('a session ends after silence, and after its longest life however busy it is', async () => {
    const cookie = await harness.cookieOf('viewer')
    await harness.clock.advance(11 * HOUR_MS)
    expect((await whoAmI(cookie)).statusCode).toBe(200)
    await harness.clock.advance(11 * HOUR_MS)
    expect((await whoAmI(cookie)).statusCode).toBe(200)
    await harness.clock.advance(13 * HOUR_MS)
    expect((await whoAmI(cookie)).statusCode).toBe(401)

    const busy = (await signIn(emailOf('viewer'))).cookies[0]?.value
    for (let hours = 0; hours < 167; hours += 10) {
      expect((await whoAmI(`session=${busy}`)).statusCode).toBe(200)
      await harness.clock.advance(10 * HOUR_MS)
    }
    expect((await whoAmI(`session=${busy}`)).statusCode).toBe(401)
  })

  test('a disabled person is out at once', async () => {
    const cookie = await harness.cookieOf('viewer')
    await harness.db.transact((trx) =>
      trx.updateTable('users').set({ disabled: 1 }).where('email', '=', emailOf('viewer')).execute(),
    )
    expect((await whoAmI(cookie)).statusCode).toBe(401)
    expect((await signIn(emailOf('viewer'))).statusCode).toBe(401)
  })

  test('a session outlives a restart of the service', async () => {
    const cookie = await harness.cookieOf('viewer')
    await harness.restart()
    expect((await whoAmI(cookie)).statusCode).toBe(200)
  })

  test('a made-up cookie opens nothing', async () => {
    for (const token of ['', 'x', 'a'.repeat(5000), "' or 1=1 --"])
      expect((await whoAmI(`session=${encodeURIComponent(token)}`)).statusCode).toBe(401)
  })
})
