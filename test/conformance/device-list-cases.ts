import type { DeviceList } from '#contract/manage/device-lists.ts'
import { listRefusals } from '#domain/device-list.ts'

import type { Answer, Who } from './backend.ts'
import type { BytesCase } from './bytes-cases.ts'
import { comparable, type Case } from './case.ts'
import { NOBODY, ORG, OTHER_ORG, OTHER_PRODUCT, PRODUCT, type Scene } from './scene.ts'

interface Sent {
  text: string | Uint8Array<ArrayBuffer>
  who?: Who | null
  product?: string
  name?: string
  type?: string
}

/** Sends a file as a device list. */
const send = (scene: Scene, { text, who = 'operator', product = PRODUCT, name = 'list', type = 'text/csv' }: Sent) =>
  scene.backend.send(who, {
    method: 'POST',
    path: `/api/orgs/${ORG}/device-lists?${new URLSearchParams({ product, name })}`,
    headers: { 'content-type': type },
    body: text,
  })

/** What is said of a file, without what the backends make up for themselves. */
const said = ({ status, json }: Answer) => ({ status, ...(comparable(json) as object) })

const refusal = (status: number, { code, title }: { code: string; title: string }, fields: object = {}) => ({
  status,
  code,
  title,
  fields: { file: title, ...fields },
})

const taken = (name: string, counts: { keyCount: number; repeatedCount?: number; unknownCount?: number }) => ({
  status: 201,
  id: '<id>',
  name,
  productKey: PRODUCT,
  productName: `Product ${PRODUCT}`,
  repeatedCount: 0,
  unknownCount: 0,
  ...counts,
  createdBy: { id: '<id>', name: 'operator' },
  createdAt: '<time>',
})

const WRONG = 'Use 4 to 64 letters, digits, - _ or .'

export const deviceListFileCases: BytesCase[] = [
  {
    sentence: 'takes a file of device keys, told how many are unknown or repeat',
    act: async (scene) =>
      said(await send(scene, { text: 'deviceKey\r\nonline-1\r\noffline-1\r\nonline-1\r\nlater-1\r\n', name: ' two ' })),
    seen: taken('two', { keyCount: 3, repeatedCount: 1, unknownCount: 1 }),
  },
  {
    sentence: 'takes the column where it is, whatever the file is said to be',
    act: async (scene) =>
      said(await send(scene, { text: '\ufeffsite;Device Key\nnorth;online-1\n', type: 'application/vnd.ms-excel' })),
    seen: taken('list', { keyCount: 1 }),
  },
  {
    sentence: 'names every wrong line and keeps nothing',
    act: async (scene) => {
      const answer = await send(scene, { text: 'online-1\nno\n\na key\n', name: 'wrong' })
      const { items } = await scene.must<{ items: unknown[] }>('operator', 'deviceLists.list', {
        params: { org: ORG },
        query: { q: 'wrong' },
      })
      return [said(answer), items]
    },
    seen: [
      refusal(422, listRefusals.wrongLines(2, 3), {
        'lines.2': `“no” is no device key: ${WRONG}`,
        'lines.4': `“a key” is no device key: ${WRONG}`,
      }),
      [],
    ],
  },
  {
    sentence: 'refuses a file without keys',
    act: async (scene) => said(await send(scene, { text: 'deviceKey\n' })),
    seen: refusal(422, listRefusals.empty()),
  },
  {
    sentence: 'refuses more lines than a list may have',
    act: async (scene) => said(await send(scene, { text: 'key-1\n'.repeat(1_000_001) })),
    seen: refusal(413, listRefusals.tooLong()),
  },
  {
    sentence: 'takes no list for a product that is none, or of another organisation',
    act: async (scene) => [
      (await send(scene, { text: 'online-1\n', product: 'no-such-product' })).status,
      (await send(scene, { text: 'gauge-1\n', product: OTHER_PRODUCT })).status,
    ],
    seen: [404, 404],
  },
  {
    sentence: 'takes no list without a name',
    act: async (scene) => said(await send(scene, { text: 'online-1\n', name: ' ' })),
    seen: {
      status: 400,
      code: 'invalid_request',
      title: 'The request is not valid.',
      fields: { name: 'Give the list a name' },
    },
  },
  {
    sentence: 'takes no list from a viewer, a stranger or nobody',
    act: async (scene) => [
      (await send(scene, { text: 'online-1\n', who: 'viewer' })).status,
      (await send(scene, { text: 'online-1\n', who: 'neighbour' })).status,
      (await send(scene, { text: 'online-1\n', who: null })).status,
    ],
    seen: [403, 404, 401],
  },
]

const params = { org: ORG }
const list = (name: string) => (scene: Scene) => ({ params: { org: ORG, listId: scene.id(name) } })
const unknown = { params: { org: ORG, listId: NOBODY } }

async function keep(scene: Scene, name: string): Promise<void> {
  const { json } = await send(scene, { text: 'online-1\noffline-1\n', name })
  scene.ids[name] = (json as DeviceList).id
}

export const deviceListCases: Case[] = [
  {
    sentence: 'lists device lists, newest first',
    endpoint: 'deviceLists.list',
    as: 'viewer',
    input: async (scene) => {
      for (const name of ['north', 'south', 'sold']) await keep(scene, name)
      return { params }
    },
  },
  {
    sentence: 'finds device lists by the beginning of their name',
    endpoint: 'deviceLists.list',
    input: { params, query: { q: 'so', product: PRODUCT, limit: '1' } },
  },
  {
    sentence: 'lists nothing of another organisation',
    endpoint: 'deviceLists.list',
    input: { params: { org: OTHER_ORG } },
    refusal: [404, 'not_found'],
  },
  { sentence: 'shows a device list', endpoint: 'deviceLists.view', as: 'viewer', input: list('north') },
  { sentence: 'misses a device list', endpoint: 'deviceLists.view', input: unknown, refusal: [404, 'not_found'] },
  {
    sentence: 'lets no approver delete a device list',
    endpoint: 'deviceLists.delete',
    as: 'approver',
    input: list('north'),
    refusal: [403, 'forbidden'],
  },
  { sentence: 'deletes a device list', endpoint: 'deviceLists.delete', input: list('north') },
  { sentence: 'has it no more', endpoint: 'deviceLists.view', input: list('north'), refusal: [404, 'not_found'] },
  { sentence: 'deletes it once', endpoint: 'deviceLists.delete', input: list('north'), refusal: [404, 'not_found'] },
  {
    sentence: 'keeps in mind who deleted it',
    endpoint: 'activity.list',
    input: { params, query: { action: 'deviceList.deleted' } },
  },
]

const scopeOf =
  (name: string, more: object = {}) =>
  (scene: Scene) => ({ deviceListId: scene.id(name), ...more })

const jobOf = (scope: (scene: Scene) => object) => (scene: Scene) => ({
  params,
  body: { type: 'upgrade', firmwareId: scene.id('firmware-95'), name: 'by list', scope: scope(scene) },
})
const previewOf = (scope: (scene: Scene) => object) => (scene: Scene) => ({
  params,
  body: { type: 'upgrade', firmwareId: scene.id('firmware-95'), scope: scope(scene) },
})

export const deviceListJobCases: Case[] = [
  {
    sentence: 'previews a job for a device list, some keys of which are unknown',
    endpoint: 'jobs.preview',
    input: async (scene) => {
      await scene.firmware(95)
      const { json } = await send(scene, { text: 'online-1\noffline-2\nmute-1\nlater-1\nlater-2\n' })
      scene.ids['used'] = (json as DeviceList).id
      return previewOf(scopeOf('used'))(scene)
    },
  },
  {
    sentence: 'narrows a device list by version',
    endpoint: 'jobs.preview',
    input: previewOf(scopeOf('used', { versions: ['1.1.0'] })),
  },
  {
    sentence: 'narrows a device list by typed keys',
    endpoint: 'jobs.preview',
    input: previewOf(scopeOf('used', { deviceKeys: ['online-1', 'offline-1'] })),
  },
  {
    sentence: 'previews no job for a device list that is none',
    endpoint: 'jobs.preview',
    input: previewOf(() => ({ deviceListId: NOBODY })),
    refusal: [404, 'not_found'],
  },
  { sentence: 'creates a job for a device list', endpoint: 'jobs.create', input: jobOf(scopeOf('used')) },
  {
    sentence: 'creates no job for a device list that is none',
    endpoint: 'jobs.create',
    input: jobOf(() => ({ deviceListId: NOBODY })),
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'keeps a device list that an unfinished job uses',
    endpoint: 'deviceLists.delete',
    input: list('used'),
    refusal: [409, 'device_list_in_use'],
  },
]
