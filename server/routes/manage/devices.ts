import type { FastifyInstance } from 'fastify'

import { devices as api, type Device } from '#contract/manage/devices.ts'
import { askOf, pageReply } from '#server/http/page.ts'
import { orNotFound } from '#server/http/problem.ts'
import { serve } from '#server/http/serve.ts'
import type { GatewayNews } from '#server/ports-gateway.ts'
import type { DeviceStore } from '#server/ports-manage.ts'
import type { DeviceActs } from '#server/ports-registry.ts'
import type { DeviceDoor, LiveHub } from '#server/ports.ts'

export interface DeviceRouteDeps {
  devices: DeviceStore
  registry: DeviceActs
  gateways: GatewayNews
  door: Pick<DeviceDoor, 'close'>
  live: Pick<LiveHub, 'announce'>
}

export function deviceRoutes(app: FastifyInstance, deps: DeviceRouteDeps): void {
  readRoutes(app, deps)
  accessRoutes(app, deps)
  const { devices, registry, live } = deps
  const view = async (orgId: string, deviceId: string) => orNotFound(await devices.view(orgId, deviceId), 'Device')

  serve(app, api.create, async ({ body }, { org, actor }) => {
    const device = await devices.create(org.id, body, actor)
    live.announce([{ kind: 'device', orgId: org.id, deviceId: device.id }])
    return device
  })
  serve(app, api.update, async ({ params, body }, { org, actor }) => {
    await registry.update({ orgId: org.id, deviceId: params.deviceId }, body, actor)
    return view(org.id, params.deviceId)
  })
  serve(app, api.resetActivation, ({ params }, { org, actor }) =>
    devices.resetActivation(org.id, params.deviceId, actor),
  )
}

function readRoutes(app: FastifyInstance, { devices }: DeviceRouteDeps): void {
  const keyOf = ({ deviceKey, id }: Device) => [deviceKey, id]
  serve(app, api.list, async ({ query }, { org }) => {
    const { product, version, connection, tag, unseenDays, q } = query
    const filter = { product, version, connection, tag, unseenDays, q }
    const page = await devices.list(org.id, filter, askOf(query, ['string', 'string'], 'asc'))
    return pageReply(query.sort, page, keyOf, (device) => device)
  })
  serve(app, api.versions, async ({ query }, { org }) => ({ items: await devices.versions(org.id, query.product) }))
  serve(app, api.view, async ({ params }, { org }) => orNotFound(await devices.view(org.id, params.deviceId), 'Device'))
  serve(app, api.subDevices, async ({ params, query }, { org }) => {
    const gateway = orNotFound(await devices.view(org.id, params.deviceId), 'Device')
    return pageReply(
      query.sort,
      await devices.behind(gateway.id, askOf(query, ['string', 'string'], 'asc')),
      keyOf,
      (device) => device,
    )
  })
}

/**
 * What lets a device in or shuts it out. Sessions are ended after the commit: one that ended earlier could come back
 * before it is refused.
 */
function accessRoutes(app: FastifyInstance, { devices, registry, gateways, door }: DeviceRouteDeps): void {
  const view = async (orgId: string, deviceId: string) => orNotFound(await devices.view(orgId, deviceId), 'Device')
  for (const [endpoint, enabled] of [
    [api.enable, true],
    [api.disable, false],
  ] as const)
    serve(app, endpoint, async ({ params: { deviceId } }, { org, actor }) => {
      const device = await registry.setEnabled({ orgId: org.id, deviceId }, enabled, actor)
      if (!enabled) door.close(deviceId, 'the device was disabled')
      if (device.gatewayId !== null) gateways.tell(device.gatewayId, enabled ? 'enable' : 'disable', device)
      return view(org.id, deviceId)
    })
  serve(app, api.resetSecret, async ({ params: { deviceId } }, { org, actor }) => {
    const device = await devices.resetSecret(org.id, deviceId, actor)
    door.close(deviceId, 'the secret was reset')
    return device
  })
  serve(app, api.delete, async ({ params: { deviceId } }, { org, actor }) => {
    const device = await registry.delete({ orgId: org.id, deviceId }, actor)
    door.close(deviceId, 'the device was deleted')
    if (device.gatewayId !== null) gateways.tell(device.gatewayId, 'delete', device)
    return undefined
  })
}
