import type { MqttClient } from 'mqtt'

import { formatAnswer, formatRequest, readAnswer } from '#contract/device/envelope.ts'
import { readActivation, readOffer, readUpgrade, type OfferedFirmware } from '#contract/device/ota.ts'
import { activationTopic, isReplyTopic, otaTopic, replyTopic, type OtaPart } from '#contract/device/topics.ts'
import { dial, type DialOptions } from './dial.ts'
import { LinkError } from './errors.ts'
import { createRequests } from './requests.ts'

/** Larger than any message of the service; its own limit is lower. */
const MESSAGE_MAX_BYTES = 65_536
const GOODBYE_MS = 2_000

export interface UpgradeCommand {
  id: string
  firmware: OfferedFirmware
}

export interface LinkOptions extends DialOptions {
  /** Milliseconds to wait for an answer; 30,000 by default, as the vendor's Python SDK. */
  answerTimeoutMs?: number
}

/** A device's connection. It ends once and does not come back: dial again. */
export interface Link {
  /** Tells the running version. @throws LinkError */
  inform(version: string): Promise<void>
  /** `step` 0..100 is percent, -1..-5 a failure. @throws LinkError */
  progress(step: number, text: string): Promise<void>
  /** Asks for an upgrade; undefined when there is none. @throws LinkError */
  getversion(): Promise<OfferedFirmware | undefined>
  /** Says whether a pushed upgrade is taken; nobody has to. */
  answerUpgrade(commandId: string, code: number, message: string): void
  /** Called with each pushed upgrade; the service may repeat one. */
  onUpgrade(handler: (command: UpgradeCommand) => void): void
  /** Resolves when the connection has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** Says goodbye. */
  close(): Promise<void>
  /** Drops the connection as a device does that loses its power. */
  drop(): void
}

/**
 * Logs a device in. Nothing is subscribed: the service delivers what is for the device on its own connection.
 * @throws LinkError `refused` or `unreachable`
 */
export async function openLink(options: LinkOptions): Promise<Link> {
  const client = await dial(options)
  const requests = createRequests()
  const timeoutMs = options.answerTimeoutMs ?? 30_000
  const upgradeTopic = otaTopic(options, 'upgrade')
  const early: UpgradeCommand[] = []
  let handler: ((command: UpgradeCommand) => void) | undefined

  const take = (topic: string, payload: Buffer) => {
    if (topic === upgradeTopic) {
      const command = readUpgrade(payload, MESSAGE_MAX_BYTES)
      if (!command.ok) return publish(replyTopic(topic), formatAnswer(command.id, command.code, command.message))
      const upgrade = { id: command.id, firmware: command.value }
      return handler ? handler(upgrade) : void early.push(upgrade)
    }
    const answer = isReplyTopic(topic) ? readAnswer(payload, MESSAGE_MAX_BYTES) : undefined
    if (answer?.ok) requests.answer(topic, answer.id, answer.value)
  }

  const publish = (topic: string, payload: string) => void client.publish(topic, payload, { qos: 1 }, () => undefined)

  const ask = async (part: OtaPart, params: object): Promise<unknown> => {
    if (!client.connected) throw new LinkError('closed', 'The connection has ended')
    const topic = otaTopic(options, part)
    const id = requests.nextId()
    const answer = requests.wait(replyTopic(topic), id, timeoutMs)
    publish(topic, formatRequest(id, `ota.device.${part}`, params))
    const { code, message, data } = await answer
    if (code !== 200) throw new LinkError('notOk', `${part} was answered with ${code}: ${message}`, code)
    return data
  }

  client.on('message', take)
  client.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => {
    client.once('close', () => {
      requests.failAll(new LinkError('closed', 'The connection ended before the answer came'))
      resolve()
    })
  })

  return {
    inform: async (version) => void (await ask('inform', { version })),
    progress: async (step, text) => void (await ask('progress', { step: String(step), desc: text })),
    getversion: async () => readOffer(await ask('getversion', {})),
    answerUpgrade: (commandId, code, message) =>
      publish(replyTopic(upgradeTopic), formatAnswer(commandId, code, message)),
    onUpgrade(taken) {
      handler = taken
      for (const command of early.splice(0)) taken(command)
    },
    ended,
    close: () => endClient(client),
    drop: () => dropClient(client),
  }
}

/** Says goodbye, and does not wait for ever that the other side hears it. */
async function endClient(client: MqttClient): Promise<void> {
  const timer = setTimeout(() => dropClient(client), GOODBYE_MS)
  await client.endAsync()
  clearTimeout(timer)
}

function dropClient(client: MqttClient): void {
  client.stream.destroy()
  client.end(true)
}

/**
 * Learns the device's own secret with its product's, once in the device's life.
 * @param options with the product's secret
 * @throws LinkError `refused` when the device was activated before or its product does not allow it
 */
export async function activate(options: LinkOptions): Promise<string> {
  const client = await dial({ ...options, secureMode: 3 })
  const topic = activationTopic(options)
  try {
    return await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new LinkError('noAnswer', 'The service did not tell the secret')),
        options.answerTimeoutMs ?? 30_000,
      )
      client.once('close', () => reject(new LinkError('closed', 'The connection ended before the secret came')))
      client.on('message', (arrived, payload) => {
        const secret = arrived === topic ? readActivation(payload) : undefined
        if (secret === undefined) return
        clearTimeout(timer)
        client.publish(replyTopic(topic), formatAnswer('', 200, 'device activate success'), { qos: 0 })
        resolve(secret)
      })
    })
  } finally {
    await endClient(client)
  }
}
