import { expect } from 'vitest'

import { isCounting, type Counting, type PreviewAnswer } from '#contract/manage/previews.ts'
import type { DeviceList } from '#contract/manage/device-lists.ts'
import { PREVIEW_AT_ONCE } from '#mock-api/handlers/previews.ts'

import type { Who } from './backend.ts'
import type { Case } from './case.ts'
import { NOBODY, ORG, OTHER_ORG, PRODUCT, type Scene } from './scene.ts'

const params = { org: ORG }

/** A list of so many keys that a preview of it is counted beside the request; one is a device's. */
async function keepLongList(scene: Scene): Promise<void> {
  const strangers = Array.from({ length: PREVIEW_AT_ONCE }, (_, n) => `stranger-${n}`)
  const { json } = await scene.backend.send('operator', {
    method: 'POST',
    path: `/api/orgs/${ORG}/device-lists?${new URLSearchParams({ product: PRODUCT, name: 'long' })}`,
    headers: { 'content-type': 'text/csv' },
    body: ['online-1', ...strangers, ''].join('\n'),
  })
  scene.ids['long'] = (json as DeviceList).id
}

const order = (scene: Scene, scope: object = { deviceListId: scene.id('long') }) => ({
  params,
  body: { type: 'upgrade', firmwareId: scene.id('firmware-30'), scope },
})

/** Asks for a preview that is only promised, and keeps its handle. */
async function begin(scene: Scene, who: Who = 'operator'): Promise<void> {
  scene.ids['handle'] = (await scene.must<Counting>(who, 'jobs.preview', order(scene))).handle
}

const handle = (scene: Scene, org = ORG) => ({ params: { org, handle: scene.id('handle') } })
const begun = async (scene: Scene) => {
  await begin(scene)
  return handle(scene)
}

export const previewCases: Case[] = [
  {
    sentence: 'promises a preview where many devices have to be looked at',
    endpoint: 'jobs.preview',
    input: async (scene) => {
      await scene.firmware(30)
      await keepLongList(scene)
      return order(scene)
    },
  },
  {
    sentence: 'keeps the promise',
    endpoint: 'jobs.previewed',
    input: async (scene) => {
      await begin(scene)
      const ask = () => scene.must<PreviewAnswer>('operator', 'jobs.previewed', handle(scene))
      await expect.poll(async () => isCounting(await ask())).toBe(false)
      return handle(scene)
    },
  },
  {
    sentence: 'counts for whoever asked, and shows it to nobody else',
    endpoint: 'jobs.previewed',
    as: 'viewer',
    input: begun,
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'shows it in no other organisation, not even to its maker',
    endpoint: 'jobs.previewed',
    as: 'support',
    input: async (scene) => {
      await begin(scene, 'support')
      return handle(scene, OTHER_ORG)
    },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'shows nothing to a stranger',
    endpoint: 'jobs.previewed',
    as: 'neighbour',
    input: begun,
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'misses a preview that nobody asked for',
    endpoint: 'jobs.previewed',
    input: { params: { org: ORG, handle: NOBODY } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'forgets a preview when its maker asks for another one, however small',
    endpoint: 'jobs.previewed',
    input: async (scene) => {
      await begin(scene)
      await scene.must('operator', 'jobs.preview', order(scene, { deviceKeys: ['online-1'] }))
      return handle(scene)
    },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'promises no preview for a device list that is none',
    endpoint: 'jobs.preview',
    input: (scene) => order(scene, { deviceListId: NOBODY }),
    refusal: [404, 'not_found'],
  },
]
