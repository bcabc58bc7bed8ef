import type { uploads as operations } from '../manage/uploads.ts'
import type { ExamplesOf } from './kit.ts'
import { ids, inOrg, ORG } from './things.ts'

const params = { ...inOrg, uploadId: ids.upload }
const tus = { 'Tus-Resumable': '1.0.0' }

export const uploads: ExamplesOf<typeof operations> = {
  abilities: {
    params: inOrg,
    replyHeaders: {
      ...tus,
      'Tus-Version': '1.0.0',
      'Tus-Extension': 'creation,creation-with-upload,termination,expiration,checksum',
      'Tus-Max-Size': '104857600',
      'Tus-Checksum-Algorithm': 'sha1,sha256,md5',
    },
  },
  create: {
    params: inOrg,
    // the name of the file in base64: meter-fw-1.5.bin
    headers: { ...tus, 'Upload-Length': '4096', 'Upload-Metadata': 'filename bWV0ZXItZnctMS41LmJpbg==' },
    replyHeaders: { ...tus, Location: `/api/orgs/${ORG}/uploads/${ids.upload}` },
  },
  offset: { params, headers: tus, replyHeaders: { ...tus, 'Upload-Offset': '2048', 'Upload-Length': '4096' } },
  append: {
    params,
    headers: { ...tus, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '2048' },
    replyHeaders: { ...tus, 'Upload-Offset': '4096' },
  },
  terminate: { params, headers: tus, replyHeaders: tus },
}
