import { endpoint, Nothing } from '../endpoint.ts'
import { Id, OrgParams } from './common.ts'

const UploadParams = OrgParams.extend({ uploadId: Id })

/** The one that is spoken, and named to whoever speaks another. */
export const TUS_VERSION = '1.0.0'

/** Digests that `Upload-Checksum` may carry. */
export const CHECKSUMS = ['sha1', 'sha256', 'md5'] as const

/**
 * tus 1.0 (creation, termination, checksum, expiration), served by a tus library. The bodies are bytes,
 * the facts travel in `Tus-*`/`Upload-*` headers, so the schemas here are empty.
 */
export const uploads = {
  abilities: endpoint({
    method: 'OPTIONS',
    path: '/api/orgs/:org/uploads',
    kind: 'tus',
    action: 'firmware.write',
    summary:
      'What this server can do of tus (`Tus-Version`, `Tus-Extension`, `Tus-Max-Size`, `Tus-Checksum-Algorithm`).',
    status: 204,
    params: OrgParams,
    reply: Nothing,
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/uploads',
    kind: 'tus',
    action: 'firmware.write',
    summary: 'Begin a resumable upload; answers its address in `Location`.',
    status: 201,
    params: OrgParams,
    reply: Nothing,
  }),
  offset: endpoint({
    method: 'HEAD',
    path: '/api/orgs/:org/uploads/:uploadId',
    kind: 'tus',
    action: 'firmware.write',
    summary: 'How far the upload got (`Upload-Offset`).',
    status: 200,
    params: UploadParams,
    reply: Nothing,
  }),
  append: endpoint({
    method: 'PATCH',
    path: '/api/orgs/:org/uploads/:uploadId',
    kind: 'tus',
    action: 'firmware.write',
    summary: 'Send the next bytes of the upload.',
    status: 204,
    params: UploadParams,
    reply: Nothing,
  }),
  terminate: endpoint({
    method: 'DELETE',
    path: '/api/orgs/:org/uploads/:uploadId',
    kind: 'tus',
    action: 'firmware.write',
    summary: 'Give the upload up; its bytes are removed.',
    status: 204,
    params: UploadParams,
    reply: Nothing,
  }),
}
