import { createHash, randomBytes } from 'node:crypto'

import type { Endpoint, Input, Reply } from '#contract/endpoint.ts'
import { devices } from '#contract/manage/devices.ts'
import { firmware, type Firmware } from '#contract/manage/firmware.ts'
import { orgs } from '#contract/manage/orgs.ts'
import { products } from '#contract/manage/products.ts'

import type { Client } from '../../scripts/lib/client.mjs'

/** How many creations are under way at once; more only queue up in the server's one writer. */
const ABREAST = 20

export interface DeviceKeys {
  id: string
  productKey: string
  deviceKey: string
  deviceSecret: string
}

/** One operation of the contract against a real service; the reply is parsed, so that a drift fails here. */
export async function ask<E extends Endpoint>(client: Client, endpoint: E, input: Input<E>): Promise<Reply<E>> {
  const { params = {}, query = {}, body } = input as { params?: Record<string, string>; query?: object; body?: unknown }
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString()
  const reply: unknown = await client.call(endpoint.method, search === '' ? path : `${path}?${search}`, body)
  return endpoint.reply.parse(reply) as Reply<E>
}

/** An organisation with one product and `count` devices of it. */
export async function furnish(client: Client, count: number) {
  const org = 'agency'
  await ask(client, orgs.create, { body: { slug: org, name: 'Agency' } })
  const { productKey } = await ask(client, products.create, { params: { org }, body: { name: 'Meter' } })
  const keys = Array.from({ length: count }, (_, index) => `meter-${String(index + 1).padStart(4, '0')}`)
  const made: DeviceKeys[] = []
  for (let from = 0; from < count; from += ABREAST) {
    const some = keys.slice(from, from + ABREAST)
    const create = (deviceKey: string) =>
      ask(client, devices.create, { params: { org }, body: { productKey, deviceKey } })
    made.push(...(await Promise.all(some.map(create))))
  }
  return { org, productKey, devices: made }
}

export const digestOf = (algorithm: 'sha256' | 'md5', bytes: Uint8Array) =>
  createHash(algorithm).update(bytes).digest('hex')

/** Random bytes: no tool would take them for text. */
export const binary = (sizeBytes: number): Buffer => randomBytes(sizeBytes)

/** Sends the bytes by tus, in one piece; answers the id of the upload. */
async function upload(client: Client, org: string, bytes: Buffer, fileName: string): Promise<string> {
  const headers = { 'tus-resumable': '1.0.0', origin: client.url, cookie: client.cookie }
  const created = await fetch(`${client.url}/api/orgs/${org}/uploads`, {
    method: 'POST',
    headers: {
      ...headers,
      'upload-length': `${bytes.length}`,
      'upload-metadata': `filename ${Buffer.from(fileName).toString('base64')}`,
    },
  })
  const location = created.headers.get('location')
  if (created.status !== 201 || !location) throw new Error(`The upload was refused with ${created.status}`)
  const sent = await fetch(new URL(location, client.url), {
    method: 'PATCH',
    headers: { ...headers, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: new Uint8Array(bytes),
  })
  if (sent.status !== 204) throw new Error(`The bytes were refused with ${sent.status}: ${await sent.text()}`)
  return location.split('/').at(-1) ?? ''
}

/** A firmware that needs no verification, made the way the portal makes it. */
export async function addFirmware(
  client: Client,
  { org, productKey }: { org: string; productKey: string },
  version: string,
  bytes: Buffer,
): Promise<Firmware> {
  const uploadId = await upload(client, org, bytes, `meter-${version}.bin`)
  const digests = { sha256: digestOf('sha256', bytes), md5: digestOf('md5', bytes) }
  const verification = { required: false, maxDevices: 5, minSuccess: 1 }
  const body = { uploadId, productKey, name: `meter ${version}`, version, verification, ...digests }
  return ask(client, firmware.create, { params: { org }, body })
}
