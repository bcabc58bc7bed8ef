import type { OrgAction, PlatformAction } from '#contract/rights.ts'
import { DEPLOYMENT, refusedFileWords, refusedWords } from '#domain/log-words.ts'
import type { SecurityLog } from '#server/ports-activity.ts'
import type { Actor, RefusedDownload } from '#server/ports.ts'

import type { Sparing } from './sparing.ts'

/** Somebody asked for what their roles do not allow. */
export interface RefusedRight {
  /** Null where it was about no organisation. */
  orgId: string | null
  actor: Actor
  action: OrgAction | PlatformAction
  /** What was asked for, such as `POST /api/orgs/:org/jobs`. */
  route: string
}

/** Tells of refused rights in the organisation concerned: one line for each person and right, then their number. */
export const createRefusals =
  (security: SecurityLog, sparing: Sparing) =>
  ({ orgId, actor, action, route }: RefusedRight): Promise<void> =>
    sparing.tell(`${orgId ?? ''} ${actor.id} ${action}`, (more) =>
      security.append({
        orgId: orgId ?? DEPLOYMENT,
        actor,
        object: { kind: 'right', id: action },
        action: 'right.refused',
        summary: refusedWords(actor.name, action, more),
        data: { route, ...(more > 0 && { more }) },
      }),
    )

/** The same for devices that ask for files which are not theirs to have: one line for each device, then their number. */
export const createDownloadRefusals =
  (security: SecurityLog, sparing: Sparing) =>
  ({ device, address, why }: RefusedDownload): Promise<void> =>
    sparing.tell(`${device.orgId} ${device.deviceId} firmware.download`, (more) =>
      security.append({
        orgId: device.orgId,
        actor: { kind: 'device', id: device.deviceId, name: device.deviceKey, address },
        object: { kind: 'right', id: 'firmware.download' },
        deviceId: device.deviceId,
        action: 'right.refused',
        summary: refusedFileWords(device.deviceKey, why, more),
        data: { ...(more > 0 && { more }) },
      }),
    )
