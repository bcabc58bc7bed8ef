import { expect, test } from 'vitest'

import { createDownloadLinks } from '#server/access/links.ts'
import { keepSecrets } from '#server/access/secrets.ts'

import { emailOf, ORG, PASSWORD, startHarness } from './harness.ts'
import { makeThings } from './manage-world.ts'

test('the log tells who did what, and holds nothing that opens a door', async () => {
  const lines: string[] = []
  const logTo = { write: (line: string) => lines.push(line) }
  const harness = await startHarness({ env: { LOG_LEVEL: 'trace' }, logTo })
  const wrong = 'a-wrong-password-typed'
  await harness.send(null, {
    method: 'POST',
    url: '/api/session',
    payload: { email: emailOf('viewer'), password: wrong },
  })
  const cookie = await harness.cookieOf('operator')
  const made = await harness.send('operator', {
    method: 'POST',
    url: `/api/orgs/${ORG}/products`,
    payload: { name: 'Meter', productKey: 'meter' },
    headers: { authorization: 'Bearer a-token-of-someone' },
  })
  const { productSecret } = made.json() as { productSecret: string }
  const things = await makeThings(harness)
  const { sessionSecret, dataKey } = await keepSecrets(harness.config.dataDir, harness.config)
  const links = createDownloadLinks(harness.config.publicUrl, sessionSecret)
  const { pathname } = new URL(links.make({ ...things, attempt: 1, expiresAt: harness.clock.now() + 1000 }))
  await harness.send(null, { url: pathname })
  // the same addresses, as they may be spelled as well
  await harness.send(null, { url: pathname.replace('/files', '/%66iles') })
  const session = 'WyJhIl0.a-session-of-a-device'
  for (const path of ['/topic/sys/meter/dev-1/ota/device/inform', '/topic%2Fsys', '/Topic/sys', '/multipart'])
    await harness.send(null, { method: 'POST', url: `${path}?sessionId=${session}` })
  await harness.service.start()
  await harness.close()

  const log = lines.join('')
  expect(lines.map((line) => JSON.parse(line) as { url?: string }).flatMap(({ url }) => url ?? [])).toEqual(
    expect.arrayContaining(['/api/session', `/api/orgs/${ORG}/products`, `/files/${things.firmwareId}/[token]`]),
  )
  const secrets = [
    wrong,
    PASSWORD,
    cookie.slice(cookie.indexOf('=') + 1),
    'a-token-of-someone',
    productSecret,
    pathname.slice(pathname.lastIndexOf('/') + 1),
    session,
    sessionSecret,
    dataKey.toString('base64'),
  ]
  for (const secret of secrets) expect(log).not.toContain(secret)
})
