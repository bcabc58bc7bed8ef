import type { firmware as operations } from '../manage/firmware.ts'
import { page, type ExamplesOf } from './kit.ts'
import { firmware as meterFirmware, ids, inOrg, MD5, PRODUCT, SHA256, shortJob } from './things.ts'

const params = { ...inOrg, firmwareId: ids.firmware }
const verification = {
  ...shortJob,
  id: ids.verification,
  name: 'Verify 1.5.0',
  type: 'verify' as const,
  state: 'completed' as const,
  counts: { init: 0, published: 0, upgrading: 0, succeeded: 1, failed: 0, skipped: 0 },
}

export const firmware: ExamplesOf<typeof operations> = {
  list: { params: inOrg, query: { product: PRODUCT, state: 'verified' }, reply: page([meterFirmware]) },
  create: {
    params: inOrg,
    body: {
      uploadId: ids.upload,
      productKey: PRODUCT,
      name: 'meter-fw-1.5',
      version: '1.5.0',
      sha256: SHA256,
      md5: MD5,
      description: 'Reads the meter every minute',
      releaseNotes: 'Needs 1.4.0 or newer.',
      tags: { release: 'stable' },
      verification: { required: true, maxDevices: 5, minSuccess: 1 },
    },
    reply: { ...meterFirmware, verificationState: 'notVerified', deviceCount: 0, jobCount: 0 },
  },
  view: { params, reply: meterFirmware },
  update: {
    params,
    body: { tags: { release: 'withdrawn' }, revision: 1 },
    reply: { ...meterFirmware, tags: { release: 'withdrawn' }, revision: 2 },
  },
  delete: { params },
  file: {
    params,
    replyHeaders: {
      'Content-Disposition': 'attachment; filename="meter-fw-1.5.bin"',
      'Content-Length': '4096',
      ETag: `"${SHA256}"`,
    },
  },
  statistics: {
    params,
    reply: {
      deviceCount: 1,
      versions: [
        { version: '1.4.0', count: 1_198 },
        { version: '1.5.0', count: 1 },
        { version: null, count: 1 },
      ],
      verification,
      upgrade: shortJob,
    },
  },
  deletePreview: {
    params,
    reply: {
      refusal: { code: 'firmware_in_use', title: '1 unfinished job uses this firmware. End it first.' },
      unfinished: [shortJob],
      unfinishedCount: 1,
      finishedCount: 1,
      deviceCount: 1,
      tasks: { init: 1_110, published: 4, upgrading: 1, succeeded: 1, failed: 0, skipped: 0 },
      sizeBytes: 4_096,
    },
  },
}
