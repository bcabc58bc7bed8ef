import type { FastifyInstance } from 'fastify'

import { devices as api } from '#contract/manage/devices.ts'
import { askOf, pageReply } from '#server/http/page.ts'
import { orNotFound } from '#server/http/problem.ts'
import { serve } from '#server/http/serve.ts'
import type { DeviceStore } from '#server/ports-manage.ts'
import type { DeviceDoor, LiveHub } from '#server/ports.ts'

export interface DeviceRouteDeps {
  devices: DeviceStore
  door: Pick<DeviceDoor, 'close'>
  live: Pick<LiveHub, 'announce'>
}

export function deviceRoutes(app: FastifyInstance, { devices, door, live }: DeviceRouteDeps): void {
  serve(app, api.list, async ({ query }, { org }) => {
    const { product, version, connection, q } = query
    const page = await devices.list(org.id, { product, version, connection, q }, askOf(query, 2, 'asc'))
    return pageReply(
      page,
      ({ deviceKey, id }) => [deviceKey, id],
      (device) => device,
    )
  })
  serve(app, api.create, ({ body }, { org, actor }) => devices.create(org.id, body, actor))
  serve(app, api.versions, async ({ query }, { org }) => ({ items: await devices.versions(org.id, query.product) }))
  serve(app, api.view, async ({ params }, { org }) => orNotFound(await devices.view(org.id, params.deviceId), 'Device'))

  for (const [endpoint, enabled] of [
    [api.enable, true],
    [api.disable, false],
  ] as const)
    serve(app, endpoint, async ({ params }, { org, actor }) => {
      const device = await devices.setEnabled(org.id, params.deviceId, enabled, actor)
      // after the commit: a session that ends earlier could come back before the device is refused
      if (!enabled) door.close(device.id, 'the device was disabled')
      live.announce([{ kind: 'device', orgId: org.id, deviceId: device.id }])
      return device
    })
}
