/** What a topic, a CONNECT and a path of the HTTP integration name a device by. */
export interface DeviceKeys {
  productKey: string
  deviceKey: string
}

export interface Topic extends DeviceKeys {
  /** `sys` carries the device model and OTA, `session` what is about the login itself. */
  space: 'sys' | 'session'
  /** What follows the device key, for example `ota/device/inform`. */
  path: string
}

const SHAPE = /^\/(sys|ext\/session)\/([^/]+)\/([^/]+)\/(.+)$/s
const TOPIC_MAX_CHARACTERS = 512

/** Undefined for anything that does not name a device. */
export function parseTopic(topic: string): Topic | undefined {
  if (topic.length > TOPIC_MAX_CHARACTERS) return undefined
  const [, space, productKey, deviceKey, path] = SHAPE.exec(topic) ?? []
  if (!space || !productKey || !deviceKey || !path) return undefined
  return { space: space === 'sys' ? 'sys' : 'session', productKey, deviceKey, path }
}

export const formatTopic = ({ space, productKey, deviceKey, path }: Topic): string =>
  `/${space === 'sys' ? 'sys' : 'ext/session'}/${productKey}/${deviceKey}/${path}`

export type OtaPart = 'inform' | 'progress' | 'getversion' | 'upgrade'

export const otaTopic = ({ productKey, deviceKey }: DeviceKeys, part: OtaPart): string =>
  formatTopic({ space: 'sys', productKey, deviceKey, path: `ota/device/${part}` })

/** Where a device learns its own secret after a login with its product's. */
export const activationTopic = ({ productKey, deviceKey }: DeviceKeys): string =>
  formatTopic({ space: 'session', productKey, deviceKey, path: 'thing/activate/info' })

export const replyTopic = (topic: string): string => `${topic}_reply`
export const isReplyTopic = (topic: string): boolean => topic.endsWith('_reply')
