import type { Case } from './case.ts'
import { binary, digestsOf, NOBODY, ORG, OTHER_ORG, OTHER_PRODUCT, PRODUCT, type Scene } from './scene.ts'

const params = { org: ORG }
const firmware = (name: string) => (scene: Scene) => ({ params: { org: ORG, firmwareId: scene.id(name) } })
const unknown = { params: { org: ORG, firmwareId: NOBODY } }

/** A creation whose bytes have arrived; `extra` is what is wrong with it. */
const creation =
  (n: number, extra: object = {}, bytes: Uint8Array<ArrayBuffer> = binary(n)) =>
  async (scene: Scene) => ({
    params,
    body: {
      uploadId: await scene.upload(bytes),
      productKey: PRODUCT,
      name: `fw-${n}`,
      version: `${n}.0.0`,
      ...digestsOf(bytes),
      ...extra,
    },
  })

const text = (content: string) => new TextEncoder().encode(content)

/** Where the list went on by its name, asked of the list by its time: the next page would begin anywhere. */
const goesOn = (sort: string, other: string) => async (scene: Scene) => {
  const first = { params, query: { sort, limit: '1' } }
  const { nextCursor: cursor } = await scene.must<{ nextCursor: string }>('operator', 'firmware.list', first)
  return { params, query: { sort: other, limit: '1', cursor } }
}

export const firmwareCases: Case[] = [
  { sentence: 'lists nothing at first', endpoint: 'firmware.list', as: 'viewer', input: { params } },
  { sentence: 'makes a firmware of an upload', endpoint: 'firmware.create', input: creation(1) },
  {
    sentence: 'makes one that needs no verification',
    endpoint: 'firmware.create',
    input: creation(2, { verification: { required: false }, tags: { site: 'north' }, signMethod: 'md5' }),
  },
  { sentence: 'lists firmware', endpoint: 'firmware.list', input: { params } },
  { sentence: 'lists firmware by name', endpoint: 'firmware.list', input: { params, query: { sort: 'name' } } },
  { sentence: 'goes on by name', endpoint: 'firmware.list', input: goesOn('name', 'name') },
  {
    sentence: 'refuses to go on by time from a place by name',
    endpoint: 'firmware.list',
    input: goesOn('name', 'createdAt'),
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'refuses to go on by name from a place by time',
    endpoint: 'firmware.list',
    input: goesOn('createdAt', 'name'),
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'finds firmware by the beginning of its name',
    endpoint: 'firmware.list',
    input: { params, query: { q: 'fw-1' } },
  },
  {
    sentence: 'finds the same bytes by their digest',
    endpoint: 'firmware.list',
    input: { params, query: { sha256: digestsOf(binary(2)).sha256 } },
  },
  {
    sentence: 'finds what is not verified',
    endpoint: 'firmware.list',
    input: { params, query: { state: 'notVerified' } },
  },
  {
    sentence: 'finds none of another product',
    endpoint: 'firmware.list',
    input: { params, query: { product: OTHER_PRODUCT } },
  },
  {
    sentence: 'refuses a digest that is none',
    endpoint: 'firmware.list',
    input: { params, query: { sha256: 'abc' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'lists none of another organisation',
    endpoint: 'firmware.list',
    input: { params: { org: OTHER_ORG } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'refuses text, whatever its name says',
    endpoint: 'firmware.create',
    input: creation(3, {}, text('#!/bin/sh\necho "not firmware"\n'.repeat(20))),
    refusal: [422, 'file_not_binary'],
  },
  {
    sentence: 'refuses Intel HEX and says how to convert it',
    endpoint: 'firmware.create',
    input: creation(3, {}, text(':10010000214601360121470136007EFE09D2190140\n'.repeat(9))),
    refusal: [422, 'file_not_binary'],
  },
  {
    sentence: 'refuses another SHA-256 than the one announced',
    endpoint: 'firmware.create',
    input: creation(3, { sha256: digestsOf(binary(9)).sha256 }),
    refusal: [422, 'digest_mismatch'],
  },
  {
    sentence: 'refuses another MD5 than the one announced',
    endpoint: 'firmware.create',
    input: creation(3, { md5: digestsOf(binary(9)).md5 }),
    refusal: [422, 'digest_mismatch'],
  },
  {
    sentence: 'refuses an upload that was cut in the middle',
    endpoint: 'firmware.create',
    input: async (scene) => {
      const whole = binary(3)
      const path = new URL((await scene.beginUpload(whole.length)).headers.get('location') ?? '', 'http://portal.test')
        .pathname
      await scene.append(path, 0, whole.slice(0, 1_000))
      const uploadId = path.slice(path.lastIndexOf('/') + 1)
      return { params, body: { uploadId, productKey: PRODUCT, name: 'fw-3', version: '3.0.0', ...digestsOf(whole) } }
    },
    refusal: [409, 'upload_incomplete'],
  },
  {
    sentence: 'refuses an upload that does not exist',
    endpoint: 'firmware.create',
    input: {
      params,
      body: { uploadId: NOBODY, productKey: PRODUCT, name: 'fw-3', version: '3.0.0', ...digestsOf(binary(3)) },
    },
    refusal: [422, 'upload_unknown'],
  },
  {
    sentence: 'makes one firmware of one upload',
    endpoint: 'firmware.create',
    input: async (scene) => {
      const again = await creation(4)(scene)
      await scene.must('operator', 'firmware.create', again)
      return { params, body: { ...again.body, name: 'fw-4-again', version: '4.0.1' } }
    },
    refusal: [422, 'upload_unknown'],
  },
  {
    sentence: 'refuses a version that is taken',
    endpoint: 'firmware.create',
    input: creation(5, { version: '1.0.0' }),
    refusal: [409, 'taken'],
  },
  {
    sentence: 'refuses a name that is taken',
    endpoint: 'firmware.create',
    input: creation(5, { name: 'fw-1' }),
    refusal: [409, 'taken'],
  },
  {
    sentence: 'refuses a product that is none',
    endpoint: 'firmware.create',
    input: creation(5, { productKey: OTHER_PRODUCT }),
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'refuses a version with a space and a blank name',
    endpoint: 'firmware.create',
    input: {
      params,
      body: { uploadId: NOBODY, productKey: PRODUCT, name: ' ', version: '1 0', ...digestsOf(binary(5)) },
    },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'refuses more successes than devices',
    endpoint: 'firmware.create',
    input: creation(5, { verification: { required: true, maxDevices: 2, minSuccess: 3 } }),
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'lets no viewer make firmware',
    endpoint: 'firmware.create',
    as: 'viewer',
    input: { params, body: {} },
    refusal: [403, 'forbidden'],
  },
  {
    sentence: 'shows a firmware',
    endpoint: 'firmware.view',
    input: async (scene) => (await scene.firmware(6), firmware('firmware-6')(scene)),
  },
  { sentence: 'misses a firmware', endpoint: 'firmware.view', input: unknown, refusal: [404, 'not_found'] },
  {
    sentence: 'edits notes and tags',
    endpoint: 'firmware.update',
    input: (scene) => ({
      ...firmware('firmware-6')(scene),
      body: { releaseNotes: 'Fixed', tags: { a: 'b' }, revision: 1 },
    }),
  },
  {
    sentence: 'refuses an edit of what someone else changed first',
    endpoint: 'firmware.update',
    input: (scene) => ({ ...firmware('firmware-6')(scene), body: { description: 'Late', revision: 1 } }),
    refusal: [409, 'stale'],
  },
  {
    sentence: 'edits no firmware that is none',
    endpoint: 'firmware.update',
    input: { ...unknown, body: { revision: 1 } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'keeps firmware that an unfinished job uses',
    endpoint: 'firmware.delete',
    input: async (scene) => {
      await scene.job(scene.id('firmware-6'), ['offline-1'])
      return firmware('firmware-6')(scene)
    },
    refusal: [409, 'firmware_in_use'],
  },
  {
    sentence: 'deletes a firmware',
    endpoint: 'firmware.delete',
    input: async (scene) => (await scene.firmware(7), firmware('firmware-7')(scene)),
  },
  { sentence: 'has it no more', endpoint: 'firmware.view', input: firmware('firmware-7'), refusal: [404, 'not_found'] },
  { sentence: 'lists it no more', endpoint: 'firmware.list', input: { params, query: { q: 'firmware-7' } } },
  {
    sentence: 'keeps its version reserved',
    endpoint: 'firmware.create',
    input: creation(8, { version: '7.0.0' }),
    refusal: [409, 'taken'],
  },
  {
    sentence: 'deletes it once',
    endpoint: 'firmware.delete',
    input: firmware('firmware-7'),
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'lets no approver delete firmware',
    endpoint: 'firmware.delete',
    as: 'approver',
    input: firmware('firmware-6'),
    refusal: [403, 'forbidden'],
  },
]
