import type { FastifyInstance } from 'fastify'

import type { Problem } from '#contract/endpoint.ts'
import { service } from '#contract/manage/service.ts'
import { sendFile } from '#server/http/send-file.ts'
import { serveRaw } from '#server/http/serve.ts'
import {
  ProblemError,
  type DownloadDecision,
  type DownloadLinks,
  type Downloads,
  type FileStore,
} from '#server/ports.ts'

export interface DownloadDeps {
  links: DownloadLinks
  downloads: Downloads
  files: FileStore
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

/** Where devices fetch their firmware. The link is the right itself: the vendor's SDKs send no identity with it. */
export function downloadRoute(app: FastifyInstance, { links, downloads, files }: DownloadDeps): void {
  serveRaw(app, service.download, async ({ params: { firmwareId, token } }, _caller, exchange) => {
    const decision = await downloads.decide(links.read(firmwareId, token))
    if (!decision.ok) throw new ProblemError(REFUSALS[decision.reason])
    if (!(await files.exists(firmwareId))) throw new ProblemError(MISSING)
    return sendFile(exchange, { ...decision, open: (range) => files.read(firmwareId, range) })
  })
}
