import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, expect, test } from 'vitest'

import { openLink } from '#device/sdk/index.ts'
import { provision } from '#device/simulator/provision.ts'

import { emailOf, ORG, PASSWORD, startHarness, type Harness } from './harness.ts'

const file = (name: string) => join(import.meta.dirname, '../support/tls', `${name}.pem`)
let harness: Harness | undefined
afterEach(() => harness?.close())

test('a service with certificates lets a device in over TLS, and shows it online', async () => {
  harness = await startHarness({ env: { TLS_CERT: file('server'), TLS_KEY: file('server-key'), MQTTS_PORT: '0' } })
  const { httpPort, mqttsPort } = await harness.service.start()
  const [device] = await provision({
    server: `http://127.0.0.1:${httpPort}`,
    email: emailOf('operator'),
    password: PASSWORD,
    org: ORG,
    productKey: 'encrypted',
    count: 1,
    prefix: 'tls',
    version: '1.0.0',
  })
  if (!device) throw new Error('No device was registered')
  const ca = await readFile(file('ca'))
  const link = await openLink({
    ...device,
    url: `mqtts://127.0.0.1:${mqttsPort}`,
    secret: device.deviceSecret,
    tls: { ca },
  })
  await link.inform('1.0.0')
  const { items } = (await harness.send('viewer', { method: 'GET', url: `/api/orgs/${ORG}/devices` })).json<{
    items: unknown[]
  }>()
  expect(items).toMatchObject([{ connection: 'online', currentVersion: '1.0.0' }])
  await harness.service.reloadTls()
  await link.inform('1.0.1')
  await link.close()
})
