import { products as api } from '#contract/manage/products.ts'
import { problems } from '#contract/problems.ts'
import { keptOf } from '#domain/changes.ts'
import { canDeleteProduct } from '#domain/registry.ts'
import { mock } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { find, firmwareOf } from '#mock-api/find.ts'
import { record, type Entry } from '#mock-api/log.ts'
import { pageOf, startsWith } from '#mock-api/page.ts'
import { insist, MockProblem } from '#mock-api/problem.ts'
import { newSecret } from '#mock-api/secrets.ts'
import { productView } from '#mock-api/views.ts'
import type { ProductRow, UserRow } from '#mock-api/world.ts'

type Sides = Pick<Entry, 'before' | 'after'>

const log = ({ productKey, orgId, name }: ProductRow, actor: UserRow, verb: string, did: string, sides: Sides = {}) =>
  record({
    ...sides,
    orgId,
    actor,
    object: {
      kind: 'product',
      id: productKey,
    },
    action: `product.${verb}`,
    summary: `Product ${name} ${did}.`,
  })

function remove(product: ProductRow, caller: UserRow): void {
  const { productKey, orgId } = product
  const unfinished = db.jobs.filter((job) => job.productKey === productKey && job.state !== 'completed')
  const jobs = unfinished.map((job) => ({ name: job.name, firmware: firmwareOf(job).name }))
  insist(canDeleteProduct(productView(product).deviceCount, jobs))
  for (const row of db.firmware.filter((one) => one.productKey === productKey && !one.deleted)) {
    const { id, name, version } = row
    row.deleted = true
    db.files.delete(id)
    const summary = `Firmware ${name} ${version} deleted with its product.`
    record({ orgId, actor: caller, object: { kind: 'firmware', id }, action: 'firmware.deleted', summary })
  }
  db.deviceLists = db.deviceLists.filter((list) => list.productKey !== productKey)
  product.deleted = true
  log(product, caller, 'deleted', 'deleted', { before: keptOf('product', product) })
}

export const productHandlers = [
  mock(api.list, ({ query }, { org }) => {
    const rows = db.products.filter(
      ({ orgId, name, deleted }) => orgId === org.id && !deleted && startsWith(name, query.q),
    )
    const page = pageOf(rows, query, ({ name, productKey }) => `${name}\n${productKey}`, 'asc')
    return { ...page, items: page.items.map(productView) }
  }),

  mock(api.create, ({ body }, { org, caller }) => {
    const productKey = body.productKey ?? newSecret(8)
    // unique in the whole deployment: topics carry no organisation
    if (db.products.some((row) => row.productKey === productKey)) {
      throw new MockProblem(problems.taken('productKey', `The product key ${productKey} is already in use.`))
    }
    const product = { ...body, productKey, orgId: org.id, createdAt: iso(clock.now()), version: 1, deleted: false }
    db.products.push(product)
    log(product, caller, 'created', 'created', { after: keptOf('product', product) })
    return { ...productView(product), productSecret: newSecret() }
  }),

  mock(api.view, ({ params }, { org }) => productView(find.product(org.id, params.productKey))),

  mock(api.update, ({ params, body: { version, ...changes } }, { org, caller }) => {
    const product = find.product(org.id, params.productKey)
    if (product.version !== version) throw new MockProblem(problems.stale())
    const before = keptOf('product', product)
    Object.assign(product, changes, { version: version + 1 })
    log(product, caller, 'updated', 'edited', { before, after: keptOf('product', product) })
    return productView(product)
  }),

  mock(api.resetSecret, ({ params }, { org, caller }) => {
    const product = find.product(org.id, params.productKey)
    product.version++
    log(product, caller, 'secretReset', 'was given a new secret')
    return { ...productView(product), productSecret: newSecret() }
  }),

  mock(api.delete, ({ params }, { org, caller }) => remove(find.product(org.id, params.productKey), caller)),
]
