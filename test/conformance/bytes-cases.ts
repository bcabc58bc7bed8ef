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

export const uploadCases: BytesCase[] = [
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

const livePath = `/api/orgs/${ORG}/live`
/** Names of the events that a stream told, each once and in order of their first. */
const namesIn = (said: string): string[] => [
  ...new Set([...said.matchAll(/^event: (\w+)$/gm)].map(([, name = '']) => name)),
]
const lastIdIn = (said: string): string => [...said.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? ''

export const streamCases: BytesCase[] = [
  {
    sentence: 'begins with saying that nothing is known of before, and beats',
    act: async ({ backend }) => {
      const stream = await backend.listen('viewer', livePath)
      const said = await stream.until('event: beat')
      await stream.end()
      return namesIn(said)
    },
    seen: ['reset', 'beat'],
  },
  {
    sentence: 'gives each event an id, and goes on from that of a beat',
    act: async (scene) => {
      const { id } = await scene.firmware(16)
      const stream = await scene.backend.listen('viewer', `${livePath}?jobs=1`)
      const said = await stream.until('event: beat')
      await stream.end()
      await scene.job(id, ['offline-1'], { name: 'eighth' })
      const resumed = await scene.backend.listen('viewer', `${livePath}?jobs=1`, { 'last-event-id': lastIdIn(said) })
      const missed = await resumed.until('"eighth"')
      await resumed.end()
      const count = (pattern: RegExp) => [...`${said}${missed}`.matchAll(pattern)].length
      return [count(/^event: /gm) - count(/^id: .+\nevent: /gm), namesIn(missed)]
    },
    seen: [0, ['beat', 'job']],
  },
  {
    sentence: 'tells of a job that is created and of a device that is disabled',
    act: async (scene) => {
      const { id } = await scene.firmware(11)
      const stream = await scene.backend.listen('viewer', `${livePath}?jobs=1&devices=1`)
      await stream.until('event: reset')
      await scene.job(id, ['offline-1'])
      await scene.must('operator', 'devices.disable', { params: { org: ORG, deviceId: scene.id('offline-2') } })
      await scene.backend.settled()
      const said = await stream.until('event: device')
      await stream.end()
      return namesIn(said)
    },
    seen: ['reset', 'beat', 'job', 'device'],
  },
  {
    sentence: 'goes on where the stream was cut',
    act: async (scene) => {
      const { id } = await scene.firmware(12)
      const stream = await scene.backend.listen('viewer', `${livePath}?jobs=1`)
      await stream.until('event: reset')
      await scene.job(id, ['offline-1'], { name: 'first' })
      const said = await stream.until('"first"')
      await stream.end()
      await scene.job(id, ['offline-1'], { name: 'second' })
      const resumed = await scene.backend.listen('viewer', `${livePath}?jobs=1`, { 'last-event-id': lastIdIn(said) })
      const missed = await resumed.until('"second"')
      await resumed.end()
      return [namesIn(missed), missed.includes('"first"')]
    },
    seen: [['beat', 'job'], false],
  },
  {
    sentence: 'goes on from an event that the address names, for other topics',
    act: async (scene) => {
      const { id } = await scene.firmware(13)
      const stream = await scene.backend.listen('viewer', `${livePath}?jobs=1`)
      await stream.until('event: reset')
      const first = await scene.job(id, ['offline-1'], { name: 'third' })
      const said = await stream.until('"third"')
      await stream.end()
      const second = await scene.job(id, ['offline-1'], { name: 'fourth' })
      const asked = `job=${first.id},${second.id}&since=${lastIdIn(said)}`
      const resumed = await scene.backend.listen('viewer', `${livePath}?${asked}`)
      const missed = await resumed.until('"fourth"')
      await resumed.end()
      return [namesIn(missed), missed.includes('"third"')]
    },
    seen: [['beat', 'job'], false],
  },
  {
    sentence: 'ends when the same person’s next one of its name begins, and for nobody else’s',
    act: async (scene) => {
      const { id } = await scene.firmware(14)
      const named = `${livePath}?jobs=1&stream=00112233445566778899`
      const first = await scene.backend.listen('viewer', named)
      await first.until('event: reset')
      const anothers = await scene.backend.listen('operator', named)
      await scene.job(id, ['offline-1'], { name: 'fifth' })
      await first.until('"fifth"')
      const next = await scene.backend.listen('viewer', named)
      const isEnded = await first.isEnded()
      await scene.job(id, ['offline-1'], { name: 'sixth' })
      for (const stream of [next, anothers]) {
        await stream.until('"sixth"')
        await stream.end()
      }
      return isEnded
    },
    seen: true,
  },
  {
    sentence: 'stays when an earlier one of its name arrives later, and that one ends',
    act: async (scene) => {
      const { id } = await scene.firmware(15)
      const named = (turn: number) => `${livePath}?jobs=1&stream=99887766554433221100&turn=${turn}`
      const wanted = await scene.backend.listen('viewer', named(2))
      const late = await scene.backend.listen('viewer', named(1))
      const isEnded = await late.isEnded()
      await scene.job(id, ['offline-1'], { name: 'seventh' })
      await wanted.until('"seventh"')
      const next = await scene.backend.listen('viewer', named(10))
      const isReplaced = await wanted.isEnded()
      await next.end()
      return [isEnded, isReplaced]
    },
    seen: [true, true],
  },
  {
    sentence: 'watches no more jobs than a browser has tabs for',
    act: async ({ backend }) => {
      const job = Array.from({ length: 21 }, () => NOBODY).join(',')
      return (await backend.send('viewer', { method: 'GET', path: `${livePath}?job=${job}` })).status
    },
    seen: 400,
  },
  {
    sentence: 'says reset when it cannot know what was missed',
    act: async ({ backend }) => {
      const stream = await backend.listen('viewer', livePath, { 'last-event-id': 'of another life' })
      const said = await stream.until('event: beat')
      await stream.end()
      return namesIn(said)
    },
    seen: ['reset', 'beat'],
  },
  {
    sentence: 'opens no stream without a session, nor of another organisation',
    act: async ({ backend }) => [
      (await backend.send(null, { method: 'GET', path: livePath })).status,
      (await backend.send('neighbour', { method: 'GET', path: livePath })).status,
    ],
    seen: [401, 404],
  },
]
