import type { FastifyInstance } from 'fastify'

import type { Problem } from '#contract/endpoint.ts'
import { service } from '#contract/manage/service.ts'
import type { Bandwidth } from '#server/http/bandwidth.ts'
import { sendFile, type Sendable } from '#server/http/send-file.ts'
import { serveRaw } from '#server/http/serve.ts'
import type { DeviceHttp, Origin } from '#server/ports-device-http.ts'
import {
  ProblemError,
  type DownloadDecision,
  type DownloadGrant,
  type DownloadLinks,
  type Downloads,
  type DeviceIdentity,
  type FileStore,
  type RefusedDownload,
} from '#server/ports.ts'
import { originOf } from './http-answer.ts'

export interface DownloadDeps {
  links: DownloadLinks
  downloads: Downloads
  files: FileStore
  bandwidth: Bandwidth
  device: Pick<DeviceHttp, 'isAnother' | 'identify'>
  /** Told before a device is refused what is not its to have; resolves when that is durable or counted. */
  refusedDownload(refused: RefusedDownload): Promise<void>
}

type Reason = Extract<DownloadDecision, { ok: false }>['reason']

const REFUSALS: Readonly<Record<Reason, Problem>> = {
  forged: {
    status: 403,
    code: 'link_invalid',
    title: 'This download link was not made by this service, or was changed.',
  },
  expired: {
    status: 403,
    code: 'link_expired',
    title: 'This download link has expired. The device gets a new one with its next upgrade.',
  },
  taskClosed: { status: 403, code: 'link_closed', title: 'The upgrade that this link was made for is over.' },
  deleted: { status: 410, code: 'firmware_deleted', title: 'This firmware was deleted.' },
}

/** The record stands and the bytes are gone: an accident that the job shows as a failure of the server. */
const MISSING: Problem = {
  status: 410,
  code: 'file_missing',
  title: 'The file of this firmware is missing on the server.',
}

/** Whoever asks has shown who they are, and the link is not theirs. */
const FOREIGN: Problem = { status: 403, code: 'link_foreign', title: 'This download link was made for another device.' }

/** A file, and what gives the right to it. */
export interface GrantedFile {
  grant: DownloadGrant
  file: Sendable
}

/**
 * The file that a link stands for.
 * @param deviceId whose session it is asked with, where there is one; a certificate of the connection counts as well
 * @throws ProblemError 403 when the link does not hold (any more), 410 when the file is gone
 */
export async function linkedFile(
  { links, downloads, files, device }: DownloadDeps,
  { firmwareId, token }: { firmwareId: string; token: string },
  origin: Origin,
  deviceId?: string,
): Promise<GrantedFile> {
  const grant = links.read(firmwareId, token)
  if (grant && deviceId !== undefined && grant.deviceId !== deviceId) throw new ProblemError(FOREIGN)
  const decision = await downloads.decide(grant)
  if (!grant || !decision.ok) throw new ProblemError(REFUSALS[decision.ok ? 'forged' : decision.reason])
  if (device.isAnother(origin, decision)) throw new ProblemError(FOREIGN)
  if (!(await files.exists(firmwareId))) throw new ProblemError(MISSING)
  return { grant, file: { ...decision, open: (range) => files.read(firmwareId, range) } }
}

/** Looks for a file on behalf of a device that is known, and tells when it is refused to it. */
export async function lookingFor(
  { refusedDownload }: DownloadDeps,
  device: DeviceIdentity,
  { address }: Origin,
  look: () => Promise<GrantedFile>,
): Promise<GrantedFile> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 403)
      await refusedDownload({ device, address, why: error.problem.title })
    throw error
  }
}

/** Where devices fetch their firmware. The link is the right itself: the vendor's SDKs send no identity with it. */
export function downloadRoute(app: FastifyInstance, deps: DownloadDeps): void {
  serveRaw(app, service.download, async ({ params, query: { sessionId } }, _caller, exchange) => {
    const origin = originOf(exchange.request)
    // a session that has ended proves nothing, and the link holds without one
    const device = sessionId ? await deps.device.identify(sessionId, origin) : undefined
    const look = () => linkedFile(deps, params, origin, device?.deviceId)
    const { grant, file } = await (device ? lookingFor(deps, device, origin, look) : look())
    return sendFile(exchange, file, { bandwidth: deps.bandwidth, owner: grant.deviceId })
  })
}
