import type { BytesCase } from './bytes-cases.ts'
import { NOBODY, ORG } from './scene.ts'

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
    sentence: 'tells the rest to whoever was cut off in the middle of what they missed',
    act: async (scene) => {
      const { id } = await scene.firmware(17)
      const devices = ['offline-1', 'online-1']
      const job = await scene.job(id, devices)
      const params = { org: ORG, jobId: job.id }
      await scene.must('operator', 'jobs.start', { params })
      await scene.backend.settled()
      const path = `${livePath}?job=${job.id}&jobs=1&devices=1`
      const stream = await scene.backend.listen('viewer', path)
      const before = await stream.until('event: beat')
      await stream.end()
      for (const deviceKey of devices) {
        await scene.must('operator', 'jobs.cancel', { params, body: { deviceIds: [scene.id(deviceKey)] } })
        await scene.backend.settled()
        await scene.job(id, ['offline-1'], { name: `beside ${deviceKey}` })
      }
      const whole = await scene.backend.listen('viewer', path, { 'last-event-id': lastIdIn(before) })
      for (const deviceKey of devices) await whole.until(scene.id(deviceKey))
      const said = await whole.until('beside online-1')
      await whole.end()
      const heard = said.slice(0, said.indexOf('\n\n', said.search(/^event: (?!beat)/m)))
      const rest = await scene.backend.listen('viewer', path, { 'last-event-id': lastIdIn(heard) })
      for (const deviceKey of devices) if (!heard.includes(scene.id(deviceKey))) await rest.until(scene.id(deviceKey))
      await rest.end()
      return heard.length < said.length
    },
    seen: true,
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
