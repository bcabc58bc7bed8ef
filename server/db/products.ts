import { randomBytes } from 'node:crypto'

import type { Selectable } from 'kysely'

import type { Product } from '#contract/manage/products.ts'
import { problems } from '#contract/problems.ts'
import type { ProductStore } from '#server/ports-manage.ts'
import { ProblemError, type Actor, type Clock } from '#server/ports.ts'

import { appendLog } from './log.ts'
import type { Db, Reader } from './open.ts'
import { afterPrefix, keysetPage } from './page.ts'
import type { ProductsTable } from './schema.ts'
import { newSecret, type SecretBox } from './secrets.ts'

const toProduct = (row: Selectable<ProductsTable>): Product => ({
  productKey: row.product_key,
  name: row.name,
  description: row.description,
  dynamicActivation: row.dynamic_activation === 1,
  tlsRequired: row.tls_required === 1,
  deviceCount: row.device_count,
  createdAt: new Date(row.created_at).toISOString(),
  version: row.version,
})

/** What a product's secret is sealed for. */
export const productSecretOf = (productKey: string): string => `product ${productKey}`

const flag = (value: boolean) => (value ? 1 : 0)

const rowOf = (db: Reader, orgId: string, productKey: string) =>
  db
    .selectFrom('products')
    .selectAll()
    .where('product_key', '=', productKey)
    .where('org_id', '=', orgId)
    .executeTakeFirst()

const lineOf = (orgId: string, at: number, actor: Actor, productKey: string, verb: string, summary: string) => ({
  orgId,
  at,
  actor,
  summary,
  object: { kind: 'product', id: productKey },
  action: `product.${verb}`,
})

export function createProducts(db: Db, clock: Clock, box: SecretBox): ProductStore {
  const { read, transact, dialect } = db
  return {
    async list(orgId, q, ask) {
      let rows = read.selectFrom('products').selectAll().where('org_id', '=', orgId)
      if (q) rows = rows.where('name', '>=', q).where('name', '<', afterPrefix(q))
      const page = await keysetPage(rows, ['name', 'product_key'], ask)
      // an organisation has few products: counting them costs nothing
      const { n } = await rows
        .clearSelect()
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return { ...page, items: page.items.map(toProduct), total: n }
    },
    async view(orgId, productKey) {
      const row = await rowOf(read, orgId, productKey)
      return row && toProduct(row)
    },
    create: (orgId, wanted, actor) =>
      transact(async (trx) => {
        const key = wanted.productKey ?? randomBytes(6).toString('hex')
        if (await trx.selectFrom('products').select('name').where('product_key', '=', key).executeTakeFirst())
          throw new ProblemError(problems.taken('productKey', `The product key ${key} is already in use.`))
        const at = clock.now()
        const productSecret = newSecret()
        const row: ProductsTable = {
          product_key: key,
          org_id: orgId,
          name: wanted.name,
          description: wanted.description,
          secret_enc: box.seal(productSecret, productSecretOf(key)),
          dynamic_activation: flag(wanted.dynamicActivation),
          tls_required: flag(wanted.tlsRequired),
          device_count: 0,
          version: 1,
          created_at: at,
        }
        await trx.insertInto('products').values(row).execute()
        await appendLog({ trx, dialect }, [lineOf(orgId, at, actor, key, 'created', `Product ${row.name} created.`)])
        return { ...toProduct(row), productSecret }
      }),
    update: (orgId, productKey, { version, ...change }, actor) =>
      transact(async (trx) => {
        const row = await rowOf(trx, orgId, productKey)
        if (!row) throw new ProblemError(problems.notFound('Product'))
        if (row.version !== version) throw new ProblemError(problems.stale())
        const next: Selectable<ProductsTable> = {
          ...row,
          name: change.name ?? row.name,
          description: change.description ?? row.description,
          dynamic_activation:
            change.dynamicActivation === undefined ? row.dynamic_activation : flag(change.dynamicActivation),
          tls_required: change.tlsRequired === undefined ? row.tls_required : flag(change.tlsRequired),
          version: version + 1,
        }
        const { name, description, dynamic_activation, tls_required } = next
        const set = { name, description, dynamic_activation, tls_required, version: next.version }
        await trx.updateTable('products').set(set).where('product_key', '=', productKey).execute()
        const line = lineOf(orgId, clock.now(), actor, productKey, 'updated', `Product ${next.name} edited.`)
        await appendLog({ trx, dialect }, [{ ...line, data: { before: toProduct(row), after: toProduct(next) } }])
        return toProduct(next)
      }),
  }
}
