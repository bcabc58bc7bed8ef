import type { FastifyInstance } from 'fastify'

import { products as api } from '#contract/manage/products.ts'
import { askOf, pageReply } from '#server/http/page.ts'
import { orNotFound } from '#server/http/problem.ts'
import { serve } from '#server/http/serve.ts'
import type { ProductStore } from '#server/ports-manage.ts'
import type { FileStore } from '#server/ports.ts'

export interface ProductRouteDeps {
  products: ProductStore
  files: Pick<FileStore, 'remove'>
}

export function productRoutes(app: FastifyInstance, { products, files }: ProductRouteDeps): void {
  serve(app, api.list, async ({ query }, { org }) => {
    const page = await products.list(org.id, query.q, askOf(query, ['string', 'string'], 'asc'))
    return pageReply(
      query.sort,
      page,
      ({ name, productKey }) => [name, productKey],
      (product) => product,
    )
  })
  serve(app, api.create, ({ body }, { org, actor }) => products.create(org.id, body, actor))
  serve(app, api.view, async ({ params }, { org }) =>
    orNotFound(await products.view(org.id, params.productKey), 'Product'),
  )
  serve(app, api.update, ({ params, body }, { org, actor }) => products.update(org.id, params.productKey, body, actor))
  serve(app, api.resetSecret, ({ params }, { org, actor }) => products.resetSecret(org.id, params.productKey, actor))
  serve(app, api.delete, async ({ params }, { org, actor }) => {
    const gone = await products.delete(org.id, params.productKey, actor)
    // after the commit, as for a firmware that is deleted by itself
    for (const firmwareId of gone) await files.remove(firmwareId)
    return undefined
  })
}
