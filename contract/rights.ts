/**
 * Who may do what, as data. Organisation roles come from a membership; platform roles
 * belong to the person and reach across organisations. Source: the rights table of the domain.
 */
export const ORG_ROLES = ['viewer', 'operator', 'approver', 'admin'] as const
export const PLATFORM_ROLES = ['support', 'platformAdmin'] as const
export type OrgRole = (typeof ORG_ROLES)[number]
export type PlatformRole = (typeof PLATFORM_ROLES)[number]
export type Role = OrgRole | PlatformRole

const EVERYONE_INSIDE = ['viewer', 'operator', 'approver', 'admin', 'support', 'platformAdmin'] as const

/** Actions inside one organisation: which roles may. */
const ORG_ACTIONS = {
  'org.read': EVERYONE_INSIDE,
  'firmware.download': ['operator', 'approver', 'admin'],
  'firmware.write': ['operator', 'admin'],
  'policy.write': ['operator', 'admin'],
  'job.write': ['operator', 'admin'],
  'job.stop': ['operator', 'approver', 'admin', 'platformAdmin'],
  'job.approve': ['approver', 'admin'],
  'device.write': ['operator', 'admin'],
  'org.manage': ['admin', 'platformAdmin'],
} as const satisfies Record<string, readonly Role[]>

/** Actions of the whole deployment. */
const PLATFORM_ACTIONS = {
  'support.read': ['support', 'platformAdmin'],
  'platform.manage': ['platformAdmin'],
} as const satisfies Record<string, readonly PlatformRole[]>

export type OrgAction = keyof typeof ORG_ACTIONS
export type PlatformAction = keyof typeof PLATFORM_ACTIONS
/**
 * `public` needs no session, `self` needs any session, `link` carries its right in the URL,
 * `device` is decided by the device's own signature, `scrape` by the deployment's own token.
 */
export type Action = OrgAction | PlatformAction | 'self' | OpenAction
export type OpenAction = 'public' | 'link' | 'device' | 'scrape'

/** True when no session of a person is asked for. */
export const isOpenAction = (action: Action): action is OpenAction =>
  ['public', 'link', 'device', 'scrape'].includes(action)

export const RIGHTS: Readonly<Record<OrgAction | PlatformAction, readonly Role[]>> = {
  ...ORG_ACTIONS,
  ...PLATFORM_ACTIONS,
}

/** What is missing, in words: used by the server's 403, by the log and by the portal's disabled controls. */
export const RIGHT_WORDS: Readonly<Record<OrgAction | PlatformAction, string>> = {
  'org.read': 'read this organisation',
  'firmware.download': 'download firmware files',
  'firmware.write': 'upload, edit or delete firmware',
  'policy.write': 'change upgrade policies',
  'job.write': 'create or change OTA jobs',
  'job.stop': 'stop OTA jobs',
  'job.approve': 'approve OTA jobs',
  'device.write': 'change devices and products',
  'org.manage': 'manage members and settings of this organisation',
  'support.read': 'look across organisations',
  'platform.manage': 'manage organisations',
}

/** True when any of the roles allows the action. */
export function roleAllows(roles: readonly Role[], action: OrgAction | PlatformAction): boolean {
  return roles.some((role) => RIGHTS[action].includes(role))
}

/** The one sentence for a missing right. `contact` is the deployment's address for access. */
export function missingRight(action: OrgAction | PlatformAction, contact: string): string {
  return `Your account may not ${RIGHT_WORDS[action]}. Contact ${contact} for an account with write access to the Device Management Service.`
}
