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
  type FileStore,
} from '#server/ports.ts'
import { originOf } from './http-answer.ts'

export interface DownloadDeps {
  links: DownloadLinks
  downloads: Downloads
  files: FileStore
  bandwidth: Bandwidth
  device: Pick<DeviceHttp, 'isAnother'>
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

/** Where devices fetch their firmware. The link is the right itself: the vendor's SDKs send no identity with it. */
export function downloadRoute(app: FastifyInstance, deps: DownloadDeps): void {
  serveRaw(app, service.download, async ({ params }, _caller, exchange) => {
    const { grant, file } = await linkedFile(deps, params, originOf(exchange.request))
    return sendFile(exchange, file, { bandwidth: deps.bandwidth, owner: grant.deviceId })
  })
}
