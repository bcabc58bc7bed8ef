import { deviceLists as api, type DeviceList } from '#contract/manage/device-lists.ts'
import { keptOf } from '#domain/changes.ts'
import { canDeleteList, createDeviceListReader } from '#domain/device-list.ts'
import { mock, raw } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { find } from '#mock-api/find.ts'
import { record } from '#mock-api/log.ts'
import { pageOf, startsWith } from '#mock-api/page.ts'
import { insist, MockProblem } from '#mock-api/problem.ts'
import type { DeviceListRow, UserRow } from '#mock-api/world.ts'

const listView = ({ orgId, keys, ...row }: DeviceListRow): DeviceList => ({
  ...row,
  productName: find.product(orgId, row.productKey).name,
  keyCount: keys.length,
})

const log = (row: DeviceListRow, actor: UserRow, verb: 'created' | 'deleted'): void => {
  const { id, orgId, name } = row
  record({
    [verb === 'created' ? 'after' : 'before']: keptOf('deviceList', listView(row)),
    orgId,
    actor,
    object: { kind: 'deviceList', id },
    action: `deviceList.${verb}`,
    summary: `Device list ${name} ${verb}.`,
  })
}

/** Keys of a file, as often as they stand there. @throws MockProblem that names every wrong line */
async function keysIn(file: Request): Promise<string[]> {
  const reader = createDeviceListReader()
  const keys = [...reader.push(await file.text()), ...reader.end()]
  const refusal = reader.refusal()
  if (!refusal) return keys
  const { fields, code, title } = refusal
  const status = reader.isTooLong() ? 413 : 422
  throw new MockProblem({ status, code, title, fields: { file: title, ...fields } })
}

export const deviceListHandlers = [
  mock(api.list, ({ query }, { org }) => {
    const rows = db.deviceLists.filter(
      ({ orgId, name, productKey }) =>
        orgId === org.id && startsWith(name, query.q) && (query.product === undefined || productKey === query.product),
    )
    // those of one instant stand in the order in which they came
    const keyOf = (row: DeviceListRow) => `${row.createdAt} ${String(db.deviceLists.indexOf(row)).padStart(9, '0')}`
    const page = pageOf(rows, query, keyOf, 'desc')
    return { ...page, items: page.items.map(listView) }
  }),

  raw(api.create, async ({ query: { product, name } }, { org, caller }, file) => {
    const all = await keysIn(file)
    const { productKey } = find.product(org.id, product)
    const keys = [...new Set(all)]
    const known = new Set(db.devices.filter((row) => row.productKey === productKey).map(({ deviceKey }) => deviceKey))
    const row: DeviceListRow = {
      id: crypto.randomUUID(),
      orgId: org.id,
      name,
      productKey,
      keys,
      repeatedCount: all.length - keys.length,
      unknownCount: keys.filter((key) => !known.has(key)).length,
      createdBy: { id: caller.id, name: caller.name },
      createdAt: iso(clock.now()),
    }
    db.deviceLists.push(row)
    log(row, caller, 'created')
    return Response.json(listView(row), { status: api.create.status })
  }),

  mock(api.view, ({ params }, { org }) => listView(find.deviceList(org.id, params.listId))),

  mock(api.delete, ({ params }, { org, caller }) => {
    const row = find.deviceList(org.id, params.listId)
    const users = db.jobs.filter(({ scope, state }) => scope.deviceListId === row.id && state !== 'completed')
    insist(canDeleteList(users.length))
    db.deviceLists = db.deviceLists.filter(({ id }) => id !== row.id)
    log(row, caller, 'deleted')
  }),
]
