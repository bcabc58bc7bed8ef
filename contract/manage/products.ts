import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { listOf, OrgParams, pageQuery, ProductKey, Time, ONE_LINE, PARAGRAPHS } from './common.ts'

export const Product = z.object({
  productKey: ProductKey,
  name: z.string(),
  description: z.string(),
  /** Devices may learn their own secret with the product's secret, once. */
  dynamicActivation: z.boolean(),
  /** Plain (non-TLS) connections of its devices are refused. */
  tlsRequired: z.boolean(),
  deviceCount: z.int(),
  createdAt: Time,
  version: z.int(),
})
export type Product = z.infer<typeof Product>

/** EnOS' rule for product names; characters that break exports and markup are refused. */
const ProductName = z
  .string()
  .trim()
  .min(1, 'Give the product a name')
  .max(64, 'At most 64 characters')
  .regex(...ONE_LINE)
  .regex(/^[^<>;@*%&\\]*$/, 'The characters < > ; @ * % & \\ are not allowed')

export const ProductCreate = z.strictObject({
  name: ProductName,
  productKey: ProductKey.optional(),
  description: z
    .string()
    .max(512)
    .regex(...PARAGRAPHS)
    .default(''),
  dynamicActivation: z.boolean().default(false),
  tlsRequired: z.boolean().default(false),
})

export const ProductUpdate = z.strictObject({
  name: ProductName.optional(),
  description: z
    .string()
    .max(512)
    .regex(...PARAGRAPHS)
    .optional(),
  dynamicActivation: z.boolean().optional(),
  tlsRequired: z.boolean().optional(),
  version: z.int(),
})

const ProductParams = OrgParams.extend({ productKey: ProductKey })

export const products = {
  list: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/products',
    kind: 'json',
    action: 'org.read',
    summary: 'Products of the organisation.',
    status: 200,
    params: OrgParams,
    query: pageQuery(['name']),
    reply: listOf(Product),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/products',
    kind: 'json',
    action: 'device.write',
    summary: 'Create a product; its secret is in this answer and in no other.',
    status: 201,
    params: OrgParams,
    body: ProductCreate,
    reply: Product.extend({ productSecret: z.string() }),
  }),
  view: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/products/:productKey',
    kind: 'json',
    action: 'org.read',
    summary: 'One product.',
    status: 200,
    params: ProductParams,
    reply: Product,
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/api/orgs/:org/products/:productKey',
    kind: 'json',
    action: 'device.write',
    summary: 'Edit a product.',
    status: 200,
    params: ProductParams,
    body: ProductUpdate,
    reply: Product,
  }),
  resetSecret: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/products/:productKey/reset-secret',
    kind: 'json',
    action: 'device.write',
    summary: 'Give the product a new secret; it is in this answer and in no other. Devices keep theirs.',
    status: 200,
    params: ProductParams,
    reply: Product.extend({ productSecret: z.string() }),
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/api/orgs/:org/products/:productKey',
    kind: 'json',
    action: 'device.write',
    summary: 'Remove a product with its firmware files; refused while it has devices or an unfinished job.',
    status: 204,
    params: ProductParams,
    reply: Nothing,
  }),
}
