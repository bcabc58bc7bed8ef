import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'

import { products } from '#contract/manage/products.ts'
import { server } from '#mock-api/node.ts'
import { people } from '#mock-api/seed/people.ts'
import { actAs } from '#mock-api/session.ts'

import { call } from './call.ts'

test('a creation whose answer was lost is known again when it is tried again, and the next one is another', async () => {
  actAs(people.operator.id)
  const keys: (string | null)[] = []
  let isCut = true
  server.use(
    http.post('/api/orgs/hdb/products', ({ request }) => {
      keys.push(request.headers.get('idempotency-key'))
      return isCut ? HttpResponse.error() : undefined
    }),
  )
  const create = (name: string) => call(products.create, { params: { org: 'hdb' }, body: { name } })
  await expect(create('Water meter')).rejects.toMatchObject({ problem: { code: 'unreachable' } })
  isCut = false
  await create('Water meter')
  await create('Water meter').catch(() => undefined)

  const [lost, again, another] = keys
  expect(lost).toMatch(/^\S+$/)
  expect(again).toBe(lost)
  expect(another).not.toBe(lost)
})
