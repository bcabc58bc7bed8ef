import { randomBytes } from 'node:crypto'

import type { Selectable } from 'kysely'

import type { Product } from '#contract/manage/products.ts'
import { problems } from '#contract/problems.ts'
import { keptOf } from '#domain/changes.ts'
import { canDeleteProduct } from '#domain/registry.ts'
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

/** Those of an organisation that are not deleted. */
export const ownProducts = (db: Reader, orgId: string) =>
  db.selectFrom('products').where('products.org_id', '=', orgId).where('products.deleted_at', 'is', null)

export const isOwnProduct = async (db: Reader, orgId: string, productKey: string): Promise<boolean> =>
  (await ownProducts(db, orgId).select('name').where('product_key', '=', productKey).executeTakeFirst()) !== undefined

const rowOf = (db: Reader, orgId: string, productKey: string) =>
  ownProducts(db, orgId).selectAll().where('product_key', '=', productKey).executeTakeFirst()

async function find(db: Reader, orgId: string, productKey: string) {
  const row = await rowOf(db, orgId, productKey)
  if (!row) throw new ProblemError(problems.notFound('Product'))
  return row
}

/** Jobs of a product that are not over, with what they install. */
const unfinishedJobs = (db: Reader, productKey: string) =>
  db
    .selectFrom('jobs')
    .innerJoin('firmware', 'firmware.id', 'jobs.firmware_id')
    .select(['jobs.name', 'firmware.name as firmware'])
    .where('jobs.product_key', '=', productKey)
    .where('jobs.state', '<>', 'completed')
    .orderBy('jobs.id')
    .execute()

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
      let rows = ownProducts(read, orgId).selectAll()
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
          deleted_at: null,
        }
        await trx.insertInto('products').values(row).execute()
        const product = toProduct(row)
        const line = lineOf(orgId, at, actor, key, 'created', `Product ${row.name} created.`)
        await appendLog({ trx, dialect }, [{ ...line, data: { after: keptOf('product', product) } }])
        return { ...product, productSecret }
      }),
    update: (orgId, productKey, { version, ...change }, actor) =>
      transact(async (trx) => {
        const row = await find(trx, orgId, productKey)
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
        await appendLog({ trx, dialect }, [
          { ...line, data: { before: keptOf('product', toProduct(row)), after: keptOf('product', toProduct(next)) } },
        ])
        return toProduct(next)
      }),
    resetSecret: (orgId, productKey, actor) =>
      transact(async (trx) => {
        const row = await find(trx, orgId, productKey)
        const productSecret = newSecret()
        const set = { secret_enc: box.seal(productSecret, productSecretOf(productKey)), version: row.version + 1 }
        await trx.updateTable('products').set(set).where('product_key', '=', productKey).execute()
        const summary = `Product ${row.name} was given a new secret.`
        await appendLog({ trx, dialect }, [lineOf(orgId, clock.now(), actor, productKey, 'secretReset', summary)])
        return { ...toProduct({ ...row, ...set }), productSecret }
      }),
    delete: (orgId, productKey, actor) =>
      transact(async (trx) => {
        const row = await find(trx, orgId, productKey)
        const allowed = canDeleteProduct(row.device_count, await unfinishedJobs(trx, productKey))
        if (allowed !== true) throw new ProblemError({ status: 409, ...allowed })
        const at = clock.now()
        const live = trx.selectFrom('firmware').select(['id', 'name', 'version']).where('product_key', '=', productKey)
        const firmware = await live.where('deleted_at', 'is', null).orderBy('id').execute()
        await trx
          .updateTable('firmware')
          .set((eb) => ({ deleted_at: at, revision: eb('revision', '+', 1) }))
          .where('product_key', '=', productKey)
          .where('deleted_at', 'is', null)
          .execute()
        const lists = trx.updateTable('device_lists').set({ state: 'gone' }).where('product_key', '=', productKey)
        await lists.where('state', '=', 'ready').execute()
        const set = { deleted_at: at, version: row.version + 1 }
        await trx.updateTable('products').set(set).where('product_key', '=', productKey).execute()
        const files = firmware.map(({ id, name, version }) => ({
          orgId,
          at,
          actor,
          object: { kind: 'firmware', id },
          action: 'firmware.deleted',
          summary: `Firmware ${name} ${version} deleted with its product.`,
        }))
        const line = lineOf(orgId, at, actor, productKey, 'deleted', `Product ${row.name} deleted.`)
        await appendLog({ trx, dialect }, [...files, { ...line, data: { before: keptOf('product', toProduct(row)) } }])
        return firmware.map(({ id }) => id)
      }),
  }
}
