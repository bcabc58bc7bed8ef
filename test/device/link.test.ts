import { createServer } from 'node:net'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { activate, type LinkError, openLink, type UpgradeCommand } from '#device/sdk/index.ts'
import { deviceOf, startChannel, type TestChannel } from '../support/channel.ts'

let t: TestChannel
beforeEach(async () => {
  t = await startChannel([deviceOf('new1', { activated: false, dynamicActivation: true })])
})
afterEach(() => t.stop())

const optionsFor = (deviceKey: string, secret = `secret-${deviceKey}`) => ({
  url: `mqtt://127.0.0.1:${t.port}`,
  productKey: 'pkAlpha1',
  deviceKey,
  secret,
})
const kindOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: LinkError) => error.kind,
  )
const device = { deviceId: 'id-dev1', orgId: 'org', productKey: 'pkAlpha1', deviceKey: 'dev1' }
const offer = { version: '2', signMethod: 'sha256', sign: 'ab', fileUrl: 'http://127.0.0.1/x', fileSize: 5 } as const

describe('a device with this SDK', () => {
  test('logs in, informs, reports progress, asks for an upgrade', async () => {
    t.memory.answer = (_device, report) => ({
      code: 200,
      message: 'ok',
      ...(report.kind === 'getversion' ? { offer } : {}),
    })
    const link = await openLink(optionsFor('dev1'))
    await link.inform('1.0')
    await link.progress(-3, 'wrong digest')
    expect(await link.getversion()).toEqual(offer)
    expect(t.reports()).toEqual([
      { kind: 'inform', version: '1.0' },
      { kind: 'progress', step: -3, text: 'wrong digest' },
      { kind: 'getversion' },
    ])
    await link.close()
    await t.until((entry) => entry.what === 'closed')
  })

  test('is offered nothing when there is nothing', async () => {
    const link = await openLink(optionsFor('dev1'))
    expect(await link.getversion()).toBeUndefined()
    await link.close()
  })

  test('receives an upgrade and answers it', async () => {
    const link = await openLink(optionsFor('dev1'))
    const commands: UpgradeCommand[] = []
    t.channel.door.push(device, { id: '7000001', offer })
    await new Promise<void>((resolve) =>
      link.onUpgrade((command) => {
        commands.push(command)
        link.answerUpgrade(command.id, 200, 'taken')
        resolve()
      }),
    )
    await t.until((entry) => entry.what === 'report')
    expect(commands).toEqual([{ id: '7000001', firmware: offer }])
    expect(t.reports()).toEqual([{ kind: 'upgradeReply', commandId: '7000001', code: 200, message: 'taken' }])
    await link.close()
  })

  test('learns its secret with its product’s, once', async () => {
    const secret = await activate(optionsFor('new1', 'psSecret01'))
    expect(secret).toBe('secret-new1')
    const link = await openLink(optionsFor('new1', secret))
    await link.close()
    expect(await kindOf(activate(optionsFor('new1', 'psSecret01')))).toBe('refused')
  })
})

describe('what fails says how', () => {
  test('a wrong secret is refused with the code', async () => {
    await expect(openLink(optionsFor('dev1', 'wrong'))).rejects.toMatchObject({ kind: 'refused', code: 4 })
  })

  test('nobody there is unreachable', async () => {
    expect(await kindOf(openLink({ ...optionsFor('dev1'), url: 'mqtt://127.0.0.1:1' }))).toBe('unreachable')
  })

  test('a service that never answers is unreachable', async () => {
    const mute = createServer(() => undefined).listen(0, '127.0.0.1')
    await new Promise((resolve) => mute.once('listening', resolve))
    const { port } = mute.address() as { port: number }
    expect(
      await kindOf(openLink({ ...optionsFor('dev1'), url: `mqtt://127.0.0.1:${port}`, connectTimeoutMs: 50 })),
    ).toBe('unreachable')
    mute.close()
  })

  test('an answer other than 200 is an error with its code', async () => {
    t.memory.answer = () => ({ code: 429, message: 'slow down' })
    const link = await openLink(optionsFor('dev1'))
    await expect(link.inform('1')).rejects.toMatchObject({ kind: 'notOk', code: 429 })
    await link.close()
  })

  test('a connection that ends fails what was asked, at once', async () => {
    t.memory.answer = () => new Promise(() => undefined)
    const link = await openLink(optionsFor('dev1'))
    const asked = kindOf(link.inform('1'))
    await t.until((entry) => entry.what === 'report')
    t.channel.door.close('id-dev1', 'disabled')
    expect(await asked).toBe('closed')
    await link.ended
    expect(await kindOf(link.inform('1'))).toBe('closed')
  })

  test('an answer that does not come is missed after its time', async () => {
    t.memory.answer = () => new Promise(() => undefined)
    const link = await openLink({ ...optionsFor('dev1'), answerTimeoutMs: 20 })
    expect(await kindOf(link.inform('1'))).toBe('noAnswer')
    link.drop()
    await link.ended
  })
})
