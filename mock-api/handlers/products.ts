import { products as api } from '#contract/manage/products.ts'
import { problems } from '#contract/problems.ts'
import { mock } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { find } from '#mock-api/find.ts'
import { record } from '#mock-api/log.ts'
import { pageOf, startsWith } from '#mock-api/page.ts'
import { MockProblem } from '#mock-api/problem.ts'
import { newSecret } from '#mock-api/secrets.ts'
import { productView } from '#mock-api/views.ts'
import type { ProductRow, UserRow } from '#mock-api/world.ts'

const log = ({ productKey, orgId, name }: ProductRow, actor: UserRow, verb: string, did: string): void =>
  record({
    orgId,
    actor,
    object: {
      kind: 'product',
      id: productKey,
    },
    action: `product.${verb}`,
    summary: `Product ${name} ${did}.`,
  })

export const productHandlers = [
  mock(api.list, ({ query }, { org }) => {
    const rows = db.products.filter(({ orgId, name }) => orgId === org.id && startsWith(name, query.q))
    const page = pageOf(rows, query, ({ name, productKey }) => `${name}\n${productKey}`, 'asc')
    return { ...page, items: page.items.map(productView) }
  }),

  mock(api.create, ({ body }, { org, caller }) => {
    const productKey = body.productKey ?? newSecret(8)
    // unique in the whole deployment: topics carry no organisation
    if (db.products.some((row) => row.productKey === productKey)) {
      throw new MockProblem(problems.taken('productKey', `The product key ${productKey} is already in use.`))
    }
    const product = { ...body, productKey, orgId: org.id, createdAt: iso(clock.now()), version: 1 }
    db.products.push(product)
    log(product, caller, 'created', 'created')
    return { ...productView(product), productSecret: newSecret() }
  }),

  mock(api.view, ({ params }, { org }) => productView(find.product(org.id, params.productKey))),

  mock(api.update, ({ params, body: { version, ...changes } }, { org, caller }) => {
    const product = find.product(org.id, params.productKey)
    if (product.version !== version) throw new MockProblem(problems.stale())
    Object.assign(product, changes, { version: version + 1 })
    log(product, caller, 'updated', 'edited')
    return productView(product)
  }),
]
