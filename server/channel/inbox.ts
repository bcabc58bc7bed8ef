import { Code } from '#contract/device/codes.ts'
import { formatAnswer, readRequest } from '#contract/device/envelope.ts'
import { formatReportAnswer, readReport } from '#contract/device/ota.ts'
import { isReplyTopic, parseTopic, replyTopic, type DeviceKeys, type Topic } from '#contract/device/topics.ts'
import type { DeviceIntake } from '#server/ports.ts'
import { limits } from './config.ts'
import type { Counters } from './counters.ts'
import { isGatewayTopic, type Gateway } from './gateway.ts'
import type { Login } from './logins.ts'
import { shortName, type RefusalLog } from './refusal-log.ts'

/** A message for the device that sent the one just received. */
export interface Outgoing {
  topic: string
  payload: string
}

/** What a message is answered; `code` is the one inside. */
export interface Answer {
  code: number
  payload: string
}

/** Whom a connection may speak for. */
export interface Sender {
  readonly name: string
  /** The login of these keys on this very connection. */
  loginOf(keys: DeviceKeys): Pick<Login, 'device' | 'session'> | undefined
  /** What it may do for devices behind it; absent where there can be none, undefined before the login. */
  gateway?(): Gateway | undefined
}

export interface Inbox {
  /**
   * Takes a message of a device; resolves once it is durable, with what to answer.
   * @throws whatever kept the report from being durable: then there is nothing to acknowledge
   */
  receive(sender: Sender, topic: string, payload: Uint8Array): Promise<Outgoing | undefined>
  /** The same where every message has its answer, as over HTTP. */
  answer(sender: Sender, topic: string, payload: Uint8Array): Promise<Answer>
}

export interface InboxTerms {
  intake: () => DeviceIntake
  counters: Counters
  /** Of whoever reaches for the topics of others. */
  tellRefusal: RefusalLog
  /** Of messages that make no sense: a share of the log of their own, or a device that is broken would hide who is hostile. */
  tellMistake: RefusalLog
}

/** An answer is never answered, or two services could talk to each other for ever. */
const isUnanswered = (topic: string): boolean => isReplyTopic(topic) || topic.startsWith('$')

/** Reads what devices publish, hands it to the engine and words the answer. Knows no transport. */
export function createInbox({ intake, counters, tellRefusal, tellMistake }: InboxTerms): Inbox {
  const refuse = (sender: Sender, topic: string, refusal: { id: string; code: number; message: string }): Answer => {
    counters.count(`message_refused_${refusal.code}`)
    const tell = refusal.code === Code.notPermitted ? tellRefusal : tellMistake
    const fields = { device: shortName(sender.name), topic: topic.slice(0, 200), code: refusal.code }
    tell('Refused a message', { ...fields, reason: refusal.message })
    return { code: refusal.code, payload: formatAnswer(refusal.id, refusal.code, refusal.message) }
  }

  const take = async (
    { device, session }: Pick<Login, 'device' | 'session'>,
    topic: Topic,
    name: string,
    payload: Uint8Array,
    sender: Sender,
  ): Promise<Answer> => {
    // the answer to what this service said of a login; nothing depends on it
    if (topic.space === 'session' && isReplyTopic(topic.path))
      return { code: Code.ok, payload: formatAnswer('', Code.ok, '') }
    const reading = readReport(topic.space === 'sys' ? topic.path : '', payload, limits.messageBytes)
    if (!reading.ok) return refuse(sender, name, reading)
    counters.count(`report_${reading.value.kind}`)
    const answer = await intake().report(device, session, reading.value)
    return { code: answer.code, payload: formatReportAnswer(reading.id, reading.value.kind, answer) }
  }

  const answer: Inbox['answer'] = async (sender, name, payload) => {
    const topic = parseTopic(name)
    const handled = topic && isGatewayTopic(topic) ? sender.gateway?.()?.handle(topic, payload) : undefined
    if (handled) return handled
    const login = topic && sender.loginOf(topic)
    if (topic && login) return take(login, topic, name, payload, sender)
    const request = readRequest(payload, limits.messageBytes)
    const refusal = topic
      ? { code: Code.notPermitted, message: 'This topic belongs to a device that is not logged in here' }
      : { code: Code.unknownTopic, message: 'This topic is not known' }
    return refuse(sender, name, { id: request.id, ...refusal })
  }

  return {
    answer,
    async receive(sender, name, payload) {
      const answered = await answer(sender, name, payload)
      return isUnanswered(name) ? undefined : { topic: replyTopic(name), payload: answered.payload }
    },
  }
}
