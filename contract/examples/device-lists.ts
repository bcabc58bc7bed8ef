import type { deviceLists as operations } from '../manage/device-lists.ts'
import { page, type ExamplesOf } from './kit.ts'
import { deviceList, ids, inOrg, PRODUCT } from './things.ts'

const params = { ...inOrg, listId: ids.deviceList }

export const deviceLists: ExamplesOf<typeof operations> = {
  list: { params: inOrg, query: { product: PRODUCT }, reply: page([deviceList]) },
  create: {
    params: inOrg,
    query: { product: PRODUCT, name: 'Tengah, phase 2' },
    body: 'deviceKey\r\nmeter-000001\r\nmeter-000777\r\n',
    reply: deviceList,
  },
  view: { params, reply: deviceList },
  delete: { params },
}
