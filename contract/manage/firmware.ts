import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { FirmwareDeletePreview, FirmwareStatistics } from './firmware-facts.ts'
import {
  Actor,
  ChosenProductKey,
  FirmwareVersion,
  Id,
  listOf,
  OrgParams,
  pageQuery,
  ProductKey,
  Tags,
  Time,
  ONE_LINE,
  PARAGRAPHS,
} from './common.ts'

/** Some tools print digests in capitals. */
const hex = (digits: number, words: string) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${digits}}$`), words)
    .toLowerCase()
export const Sha256 = hex(64, 'A SHA-256 digest has 64 hexadecimal digits')
export const Md5 = hex(32, 'An MD5 digest has 32 hexadecimal digits')

export const VerificationState = z.enum(['notRequired', 'notVerified', 'verifying', 'verified', 'verificationFailed'])
export type VerificationState = z.infer<typeof VerificationState>

export const VerificationRule = z
  .strictObject({
    required: z.boolean().default(true),
    maxDevices: z.int().min(1, 'At least 1').max(1000).default(5),
    minSuccess: z.int().min(1, 'At least 1').max(1000).default(1),
  })
  .refine(({ maxDevices, minSuccess }) => minSuccess <= maxDevices, {
    path: ['minSuccess'],
    message: 'Not more than the number of devices',
  })
export type VerificationRule = z.infer<typeof VerificationRule>

export const Firmware = z.object({
  id: Id,
  productKey: ProductKey,
  productName: z.string(),
  name: z.string(),
  version: z.string(),
  fileName: z.string(),
  sizeBytes: z.int(),
  signMethod: z.enum(['sha256', 'md5']),
  sha256: Sha256,
  md5: Md5,
  description: z.string(),
  releaseNotes: z.string(),
  tags: Tags,
  verification: z.object({ required: z.boolean(), maxDevices: z.int(), minSuccess: z.int() }),
  verificationState: VerificationState,
  /** Devices whose reported version is this one. */
  deviceCount: z.int(),
  jobCount: z.int(),
  createdBy: Actor,
  createdAt: Time,
  /** Row version for optimistic locking; the firmware's own version is `version`. */
  revision: z.int(),
})
export type Firmware = z.infer<typeof Firmware>

const FirmwareName = z
  .string()
  .trim()
  .min(1, 'Give the firmware a name')
  .max(64, 'At most 64 characters')
  .regex(...ONE_LINE)
const Description = z
  .string()
  .max(512, 'At most 512 characters')
  .regex(...PARAGRAPHS)
const ReleaseNotes = z
  .string()
  .max(4000, 'At most 4,000 characters')
  .regex(...PARAGRAPHS)

export const FirmwareCreate = z.strictObject({
  uploadId: Id,
  productKey: ChosenProductKey,
  name: FirmwareName,
  version: FirmwareVersion,
  signMethod: z.enum(['sha256', 'md5']).default('sha256'),
  /** What the uploader computed; the server computes its own and refuses a difference. */
  sha256: Sha256,
  md5: Md5,
  description: Description.default(''),
  releaseNotes: ReleaseNotes.default(''),
  tags: Tags.default({}),
  verification: VerificationRule.default({ required: true, maxDevices: 5, minSuccess: 1 }),
})
export type FirmwareCreate = z.infer<typeof FirmwareCreate>

export const FirmwareUpdate = z.strictObject({
  description: Description.optional(),
  releaseNotes: ReleaseNotes.optional(),
  tags: Tags.optional(),
  revision: z.int(),
})

const FirmwareParams = OrgParams.extend({ firmwareId: Id })

export const firmware = {
  list: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/firmware',
    kind: 'json',
    action: 'org.read',
    summary: 'Firmware, newest first; `q` is a prefix of the name, `sha256` finds the same bytes.',
    status: 200,
    params: OrgParams,
    query: pageQuery(['createdAt', 'name']).extend({
      product: ProductKey.optional(),
      state: VerificationState.optional(),
      sha256: Sha256.optional(),
    }),
    reply: listOf(Firmware),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/firmware',
    kind: 'json',
    action: 'firmware.write',
    summary: 'Make a firmware of a finished upload, once the server has judged its bytes.',
    status: 201,
    params: OrgParams,
    body: FirmwareCreate,
    reply: Firmware,
  }),
  view: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/firmware/:firmwareId',
    kind: 'json',
    action: 'org.read',
    summary: 'One firmware.',
    status: 200,
    params: FirmwareParams,
    reply: Firmware,
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/api/orgs/:org/firmware/:firmwareId',
    kind: 'json',
    action: 'firmware.write',
    summary: 'Edit description, release notes and tags.',
    status: 200,
    params: FirmwareParams,
    body: FirmwareUpdate,
    reply: Firmware,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/api/orgs/:org/firmware/:firmwareId',
    kind: 'json',
    action: 'firmware.write',
    summary: 'Delete the file; record and history stay. Refused while an unfinished job uses it.',
    status: 204,
    params: FirmwareParams,
    reply: Nothing,
  }),
  file: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/firmware/:firmwareId/file',
    kind: 'file',
    action: 'firmware.download',
    summary: 'The file itself.',
    status: 200,
    params: FirmwareParams,
    reply: Nothing,
  }),
  statistics: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/firmware/:firmwareId/statistics',
    kind: 'json',
    action: 'org.read',
    summary: 'Devices by the state of its newest jobs, and the versions in the field.',
    status: 200,
    params: FirmwareParams,
    reply: FirmwareStatistics,
  }),
  deletePreview: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/firmware/:firmwareId/delete-preview',
    kind: 'json',
    action: 'org.read',
    summary: 'What deleting it would affect, and whether it may be deleted now.',
    status: 200,
    params: FirmwareParams,
    reply: FirmwareDeletePreview,
  }),
}
