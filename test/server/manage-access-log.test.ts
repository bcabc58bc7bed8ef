import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ActivityEntry } from '#contract/manage/activity.ts'
import type { Session } from '#contract/manage/session.ts'
import { createSparing } from '#server/access/sparing.ts'
import { stoppedClock } from '#server/clock.ts'

import { emailOf, ORG, PASSWORD, startHarness, type Harness, type Who } from './harness.ts'
import { databases } from './support/databases.ts'

const HOUR = 3_600_000
const QUARTER = HOUR / 4

describe.each(databases)('the log of access on %s', (database) => {
  let harness: Harness
  beforeEach(async () => {
    harness = await startHarness({ database })
  })
  afterEach(() => harness.close())

  const signIn = (email: string, password = PASSWORD) =>
    harness.send(null, {
      method: 'POST',
      url: '/api/session',
      payload: { email, password },
      remoteAddress: '10.1.2.3',
    })
  const told = async (action: string, who: Who = 'viewer', org: string | null = ORG): Promise<ActivityEntry[]> => {
    const address = org === null ? '/api/activity' : `/api/orgs/${org}/activity`
    const { items } = (await harness.send(who, { url: `${address}?action=${action}&order=asc` })).json<{
      items: ActivityEntry[]
    }>()
    return items
  }
  const createPolicy = (who: Who) =>
    harness.send(who, { method: 'POST', url: `/api/orgs/${ORG}/policies`, payload: { name: 'mine', policy: {} } })

  test('coming in and going stands in the organisation of the person, with their address', async () => {
    const answer = await signIn(emailOf('admin'))
    const { user } = answer.json<Session>()
    const cookie = answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    await harness.send(null, { method: 'DELETE', url: '/api/session', headers: { cookie }, remoteAddress: '10.1.2.3' })
    const [came] = await told('user.signedIn')
    expect(came).toMatchObject({
      actor: { id: user.id, name: 'admin' },
      actorKind: 'user',
      address: '10.1.2.3',
      objectKind: 'user',
      objectId: user.id,
      summary: 'admin signed in.',
    })
    expect(await told('user.signedOut')).toMatchObject([{ actor: { id: user.id }, address: '10.1.2.3' }])
    // a second sign-out of the same session changes nothing
    await harness.send(null, { method: 'DELETE', url: '/api/session', headers: { cookie } })
    expect(await told('user.signedOut')).toHaveLength(1)
  })

  test('a session that ends by itself says why', async () => {
    await harness.service.start()
    await signIn(emailOf('admin'))
    await harness.clock.advance(13 * HOUR)
    await expect.poll(async () => (await told('user.sessionEnded')).length).toBeGreaterThan(0)
    const [ended] = await told('user.sessionEnded')
    expect(ended).toMatchObject({ actorKind: 'system', why: 'Nothing was done in it for too long.' })
    expect(await harness.db.read.selectFrom('sessions').selectAll().execute()).toHaveLength(1)
  })

  test('a wrong password is told to the organisation, an unknown person to support, and neither tells what was typed', async () => {
    await signIn(emailOf('admin'), 'a-wrong-password')
    await signIn('my-own-password-by-mistake', 'whatever')
    const [failed] = await told('user.signInFailed')
    expect(failed).toMatchObject({ actor: { id: '', name: 'nobody' }, address: '10.1.2.3', objectKind: 'user' })
    expect(failed?.summary).toBe('An attempt to sign in as admin failed.')
    expect(await told('user.signInFailed', 'support', null)).toMatchObject([{ objectId: '', address: '10.1.2.3' }])
    const rows = JSON.stringify(await harness.db.read.selectFrom('log').selectAll().execute())
    for (const typed of ['a-wrong-password', 'by-mistake', 'whatever', PASSWORD]) expect(rows).not.toContain(typed)
    expect((await harness.send('admin', { url: '/api/activity' })).statusCode).toBe(403)
  })

  test('a refused right is told once, then counted, and what was only counted is told when the service ends', async () => {
    for (let turn = 0; turn < 20; turn += 1) expect((await createPolicy('viewer')).statusCode).toBe(403)
    await createPolicy('approver')
    const first = await told('right.refused')
    expect(first.map(({ actor, objectId }) => [actor.name, objectId])).toEqual([
      ['viewer', 'policy.write'],
      ['approver', 'policy.write'],
    ])
    expect(first[0]?.summary).toBe('viewer was refused: the account may not change upgrade policies.')
    await harness.clock.advance(QUARTER)
    await expect.poll(async () => (await told('right.refused')).length).toBe(3)
    expect((await told('right.refused')).at(-1)?.summary).toContain('refused 19 more times')
    await createPolicy('viewer')
    await createPolicy('viewer')
    await harness.restart()
    expect((await told('right.refused')).at(-1)?.summary).toContain('refused 1 more times')
  })

  test('a refused right of the deployment is told to support', async () => {
    await harness.send('admin', { method: 'POST', url: '/api/orgs', payload: { slug: 'mine', name: 'Mine' } })
    expect(await told('right.refused', 'support', null)).toMatchObject([{ objectId: 'platform.manage' }])
    expect(await told('right.refused')).toEqual([])
  })
})

test('the first lines of a name are written, the others counted, and what cannot be written harms nobody', async () => {
  const clock = stoppedClock(0)
  const warnings: unknown[] = []
  const written: string[] = []
  const sparing = createSparing(clock, (err) => warnings.push(err), { most: 2, windowMs: 1_000 })
  const say = (name: string, what: string) =>
    sparing.tell(name, async (more) => {
      if (what === 'fails') throw new Error('disk full')
      written.push(`${what} ${more}`)
    })
  for (const what of ['a', 'b', 'c', 'd']) await say('one', what)
  await say('two', 'fails')
  expect([written, warnings.length]).toEqual([['a 0', 'b 0'], 1])
  await clock.advance(999)
  expect(written).toHaveLength(2)
  await clock.advance(1)
  expect(written.slice(2)).toEqual(['d 2'])
  for (const what of ['e', 'f', 'g']) await say('one', what)
  await sparing.flush()
  await sparing.flush()
  expect(written.slice(3)).toEqual(['e 0', 'f 0', 'g 1'])
  await clock.advance(5_000)
  expect(written).toHaveLength(6)
})
