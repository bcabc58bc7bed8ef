import { fileRefusals } from '#domain/firmware-file.ts'
import { limits } from '#mock-api/limits.ts'

import type { Answer, Who } from './backend.ts'
import { binary, digestsOf, NOBODY, ORG, OTHER_ORG, type Scene } from './scene.ts'

/** What travels otherwise than as JSON: what is done, and what is then to be seen on both backends. */
export interface BytesCase {
  sentence: string
  act: (scene: Scene) => Promise<unknown>
  seen: unknown
}

const pathOf = (answer: Answer): string => new URL(answer.headers.get('location') ?? '', 'http://portal.test').pathname

const begun = async (scene: Scene, sizeBytes = 2_048): Promise<string> => pathOf(await scene.beginUpload(sizeBytes))

/** Status and how far the upload is, or the words of the refusal. */
function progressOf({ status, headers, json }: Answer) {
  if (status < 300) return { status, offset: headers.get('upload-offset') }
  const { code, title } = (json ?? {}) as { code?: string; title?: string }
  return { status, code, title }
}

const offsetOf = async (scene: Scene, path: string, who: Who | null = 'operator') =>
  progressOf(await scene.backend.send(who, { method: 'HEAD', path, headers: { 'tus-resumable': '1.0.0' } }))

const giveUp = (scene: Scene, path: string) =>
  scene.backend.send('operator', { method: 'DELETE', path, headers: { 'tus-resumable': '1.0.0' } })

const refusal = (status: number, { code, title }: { code: string; title: string }) => ({ status, code, title })

const TUS_FACTS = ['tus-resumable', 'tus-version', 'tus-extension', 'tus-max-size', 'tus-checksum-algorithm']

export const uploadCases: BytesCase[] = [
  {
    sentence: 'says what it can do of the protocol, to whoever may upload here',
    act: async ({ backend }) => {
      const ask = (who: Who | null) => backend.send(who, { method: 'OPTIONS', path: `/api/orgs/${ORG}/uploads` })
      const { status, headers } = await ask('operator')
      const others = [await ask('viewer'), await ask('neighbour'), await ask(null)]
      return [status, TUS_FACTS.map((name) => headers.get(name)), others.map((one) => one.status)]
    },
    seen: [
      204,
      [
        '1.0.0',
        '1.0.0',
        'creation,creation-with-upload,termination,expiration,checksum',
        String(limits.firmwareMaxBytes),
        'sha1,sha256,md5',
      ],
      [403, 404, 401],
    ],
  },
  {
    sentence: 'names the version of tus that it speaks to whoever speaks another, or does not say which',
    act: ({ backend }) =>
      Promise.all(
        [{ 'tus-resumable': '0.2.2' }, {}].map(async (version) => {
          const headers = { ...version, 'upload-length': '10' }
          const answer = await backend.send('operator', { method: 'POST', path: `/api/orgs/${ORG}/uploads`, headers })
          return [progressOf(answer), answer.headers.get('tus-version')]
        }),
      ),
    seen: Array(2).fill([refusal(412, fileRefusals.otherProtocol()), '1.0.0']),
  },
  {
    sentence: 'begins an upload below the organisation’s own address',
    act: async (scene) => {
      const answer = await scene.beginUpload(10)
      return [
        answer.status,
        pathOf(answer).startsWith(`/api/orgs/${ORG}/uploads/`),
        answer.headers.get('tus-resumable'),
      ]
    },
    seen: [201, true, '1.0.0'],
  },
  {
    sentence: 'refuses an empty file before it is sent',
    act: async (scene) => progressOf(await scene.beginUpload(0)),
    seen: refusal(422, fileRefusals.empty()),
  },
  {
    sentence: 'refuses a file that is one byte too large before it is sent',
    act: async (scene) => progressOf(await scene.beginUpload(limits.firmwareMaxBytes + 1)),
    seen: refusal(413, fileRefusals.tooLarge(limits.firmwareMaxBytes)),
  },
  {
    sentence: 'begins nothing without a session',
    act: async (scene) => (await scene.beginUpload(10, 'a.bin', null)).status,
    seen: 401,
  },
  {
    sentence: 'begins nothing for a viewer',
    act: async (scene) => (await scene.beginUpload(10, 'a.bin', 'viewer')).status,
    seen: 403,
  },
  {
    sentence: 'begins nothing for another organisation',
    act: async (scene) => (await scene.beginUpload(10, 'a.bin', 'neighbour')).status,
    seen: 404,
  },
  {
    sentence: 'takes a file in pieces and says how far it is',
    act: async (scene) => {
      const bytes = binary(1)
      const path = await begun(scene)
      return [
        await offsetOf(scene, path),
        progressOf(await scene.append(path, 0, bytes.slice(0, 700))),
        await offsetOf(scene, path),
        progressOf(await scene.append(path, 700, bytes.slice(700))),
        await offsetOf(scene, path),
      ]
    },
    seen: [
      { status: 200, offset: '0' },
      { status: 204, offset: '700' },
      { status: 200, offset: '700' },
      { status: 204, offset: '2048' },
      { status: 200, offset: '2048' },
    ],
  },
  {
    sentence: 'refuses bytes of another place than the next',
    act: async (scene) => (await scene.append(await begun(scene), 5, binary(1).slice(5))).status,
    seen: 409,
  },
  {
    sentence: 'refuses bytes for an upload that does not exist',
    act: async (scene) => progressOf(await scene.append(`/api/orgs/${ORG}/uploads/${NOBODY}`, 0, binary(1))),
    seen: refusal(404, fileRefusals.unknownUpload()),
  },
  {
    sentence: 'hides an upload from another organisation',
    act: async (scene) => {
      const path = (await begun(scene)).replace(`/${ORG}/`, `/${OTHER_ORG}/`)
      return (await scene.append(path, 0, binary(1), 'neighbour')).status
    },
    seen: 404,
  },
  {
    sentence: 'forgets an upload that is given up',
    act: async (scene) => {
      const path = await begun(scene)
      return [
        (await giveUp(scene, path)).status,
        (await offsetOf(scene, path)).status,
        (await giveUp(scene, path)).status,
      ]
    },
    seen: [204, 404, 404],
  },
]

const download = (scene: Scene, name: string, who: Who | null = 'operator') =>
  scene.call(who, 'firmware.file', { params: { org: ORG, firmwareId: scene.ids[name] ?? NOBODY } })

export const fileCases: BytesCase[] = [
  {
    sentence: 'gives the very bytes that were uploaded',
    act: async (scene) => {
      await scene.firmware(10)
      const { status, bytes, headers } = await download(scene, 'firmware-10')
      return [
        status,
        digestsOf(bytes),
        headers.get('etag'),
        headers.get('content-type'),
        headers.get('content-disposition'),
      ]
    },
    seen: [
      200,
      digestsOf(binary(10)),
      `"${digestsOf(binary(10)).sha256}"`,
      'application/octet-stream',
      `attachment; filename="firmware.bin"; filename*=UTF-8''firmware.bin`,
    ],
  },
  {
    sentence: 'gives a viewer no file',
    act: async (scene) => (await download(scene, 'firmware-10', 'viewer')).status,
    seen: 403,
  },
  {
    sentence: 'gives nobody a file',
    act: async (scene) => (await download(scene, 'firmware-10', null)).status,
    seen: 401,
  },
  {
    sentence: 'has no file of a firmware that is none',
    act: async (scene) => (await download(scene, 'none')).status,
    seen: 404,
  },
]
