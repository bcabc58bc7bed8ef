import type { Product } from '#contract/manage/products.ts'

import type { Case } from './case.ts'
import { ORG, OTHER_ORG, OTHER_PRODUCT, PRODUCT, type Scene } from './scene.ts'

const params = { org: ORG }
const one = { org: ORG, productKey: PRODUCT }

const versionOf = async (scene: Scene): Promise<number> =>
  (await scene.must<Product>('operator', 'products.view', { params: one })).version

export const productCases: Case[] = [
  { sentence: 'lists products', endpoint: 'products.list', as: 'viewer', input: { params } },
  {
    sentence: 'finds products by the beginning of their name',
    endpoint: 'products.list',
    input: { params, query: { q: 'Product Conf' } },
  },
  {
    sentence: 'finds nothing by the middle of a name',
    endpoint: 'products.list',
    input: { params, query: { q: 'Conform' } },
  },
  {
    sentence: 'refuses an empty page',
    endpoint: 'products.list',
    input: { params, query: { limit: '0' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'refuses a cursor that is none',
    endpoint: 'products.list',
    input: { params, query: { cursor: 'nonsense' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'lists nothing of another organisation',
    endpoint: 'products.list',
    input: { params: { org: OTHER_ORG } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'creates a product',
    endpoint: 'products.create',
    input: { params, body: { name: 'Lamp', productKey: 'ConformLamp', description: 'A lamp', tlsRequired: true } },
  },
  {
    sentence: 'refuses a key that another organisation has',
    endpoint: 'products.create',
    input: { params, body: { name: 'Gauge', productKey: OTHER_PRODUCT } },
    refusal: [409, 'taken'],
  },
  {
    sentence: 'refuses characters that break exports',
    endpoint: 'products.create',
    input: { params, body: { name: '<b>' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'lets no viewer create a product',
    endpoint: 'products.create',
    as: 'viewer',
    input: { params, body: { name: 'Mine' } },
    refusal: [403, 'forbidden'],
  },
  {
    sentence: 'refuses a viewer before it reads what they sent',
    endpoint: 'products.create',
    as: 'viewer',
    input: { params, body: '{' },
    refusal: [403, 'forbidden'],
  },
  { sentence: 'shows a product', endpoint: 'products.view', input: { params: one } },
  {
    sentence: 'hides a product of another organisation',
    endpoint: 'products.view',
    input: { params: { org: ORG, productKey: OTHER_PRODUCT } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'edits a product',
    endpoint: 'products.update',
    input: async (scene) => ({ params: one, body: { description: 'Edited', version: await versionOf(scene) } }),
  },
  {
    sentence: 'refuses an edit of what someone else changed first',
    endpoint: 'products.update',
    input: { params: one, body: { description: 'Too late', version: 0 } },
    refusal: [409, 'stale'],
  },
  {
    sentence: 'edits no product that is none',
    endpoint: 'products.update',
    input: { params: { org: ORG, productKey: 'no-such-product' }, body: { version: 1 } },
    refusal: [404, 'not_found'],
  },
]
