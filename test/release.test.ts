import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { freePorts, startService } from '../scripts/lib/service.mjs'

test('the built service says the release that package.json says', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
  const dataDir = await mkdtemp(join(tmpdir(), 'ota-release-'))
  const [port = 0, mqttPort = 0] = await freePorts(2)
  const service = await startService({ port, mqttPort, dataDir })
  try {
    expect(await (await fetch(`http://127.0.0.1:${port}/api/limits`)).json()).toMatchObject({ release: version })
  } finally {
    await service.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}, 60_000)
