import type { products as operations } from '../manage/products.ts'
import { page, type ExamplesOf } from './kit.ts'
import { inOrg, product, PRODUCT } from './things.ts'

const params = { ...inOrg, productKey: PRODUCT }

export const products: ExamplesOf<typeof operations> = {
  list: { params: inOrg, query: { q: 'Water' }, reply: page([product]) },
  create: {
    params: inOrg,
    headers: { 'Idempotency-Key': 'meter-mk2-2026-03-02' },
    body: {
      name: 'Water meter Mk 2',
      productKey: PRODUCT,
      description: 'Meters of the new towns',
      tlsRequired: true,
    },
    reply: { ...product, deviceCount: 0, productSecret: 'Qm1Zb2pSd0N4TGtW' },
  },
  view: { params, reply: product },
  update: {
    params,
    body: { description: 'Meters of Tengah', version: 1 },
    reply: { ...product, description: 'Meters of Tengah', version: 2 },
  },
  resetSecret: { params, reply: { ...product, version: 2, productSecret: 'bmV3UHJvZHVjdFNlY3JldA' } },
  delete: { params },
}
