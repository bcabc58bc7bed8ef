import { createHash } from 'node:crypto'

import type { Device } from '#contract/manage/devices.ts'
import type { Firmware } from '#contract/manage/firmware.ts'
import type { Job } from '#contract/manage/jobs.ts'

import { endpointNamed, messageOf, type Answer, type Backend, type Input, type Who } from './backend.ts'

export const ORG = 'hdb'
export const OTHER_ORG = 'nea'
export const PRODUCT = 'ConformMeter'
export const OTHER_PRODUCT = 'ConformGauge'
/** An id of the right form that nothing has. */
export const NOBODY = '00000000-0000-4000-8000-00000000dead'

/** Bytes that are surely binary; another `n` gives other digests. */
export const binary = (n: number, sizeBytes = 2_048): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: sizeBytes }, (_, at) => (at * 31 + n * 17 + (at >> 3)) % 256)

export const digestsOf = (bytes: Uint8Array) => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  md5: createHash('md5').update(bytes).digest('hex'),
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** The same small world on either backend, and short words for what cases need done before they begin. */
export class Scene {
  readonly backend: Backend
  /** Ids by a name that both backends share. */
  readonly ids: Record<string, string> = {}

  constructor(backend: Backend) {
    this.backend = backend
  }

  id(name: string): string {
    const id = this.ids[name]
    if (id === undefined) throw new Error(`The scene has nothing named ${name}`)
    return id
  }

  call(who: Who | null, name: string, input: Input): Promise<Answer> {
    return this.backend.send(who, messageOf(endpointNamed(name), input))
  }

  /** A call that has to work, for arranging. */
  async must<T>(who: Who, name: string, input: Input): Promise<T> {
    const { status, json } = await this.call(who, name, input)
    if (status >= 400) throw new Error(`${this.backend.name}: ${name} answered ${status} ${JSON.stringify(json)}`)
    return json as T
  }

  async build(): Promise<this> {
    await this.backend.open()
    await this.product('operator', ORG, PRODUCT)
    await this.product('neighbour', OTHER_ORG, OTHER_PRODUCT)
    await this.device('online-1', { version: '1.0.0', stays: true })
    await this.device('offline-1', { version: '1.0.0' })
    await this.device('offline-2', { version: '1.1.0' })
    await this.device('mute-1', {})
    const foreign = await this.must<Device>('neighbour', 'devices.create', {
      params: { org: OTHER_ORG },
      body: { productKey: OTHER_PRODUCT, deviceKey: 'gauge-1' },
    })
    this.ids['gauge-1'] = foreign.id
    return this
  }

  private product(who: Who, org: string, productKey: string) {
    return this.must(who, 'products.create', { params: { org }, body: { name: `Product ${productKey}`, productKey } })
  }

  /** Registers a device; with a version it connects and informs. */
  async device(deviceKey: string, { version, stays = false }: { version?: string; stays?: boolean }): Promise<string> {
    const body = { productKey: PRODUCT, deviceKey }
    const { id } = await this.must<Device>('operator', 'devices.create', { params: { org: ORG }, body })
    this.ids[deviceKey] = id
    if (version !== undefined) await this.backend.informs(id, version, stays)
    return id
  }

  /** Sends the whole file by tus. */
  async upload(bytes: Uint8Array<ArrayBuffer>, fileName = 'firmware.bin'): Promise<string> {
    const begun = await this.beginUpload(bytes.length, fileName)
    const location = begun.headers.get('location')
    if (begun.status !== 201 || location === null) throw new Error(`The upload did not begin: ${begun.status}`)
    const path = new URL(location, 'http://portal.test').pathname
    const sent = await this.append(path, 0, bytes)
    if (sent.status !== 204) throw new Error(`The upload did not end: ${sent.status}`)
    return path.slice(path.lastIndexOf('/') + 1)
  }

  beginUpload(sizeBytes: number, fileName = 'firmware.bin', who: Who | null = 'operator'): Promise<Answer> {
    return this.backend.send(who, {
      method: 'POST',
      path: `/api/orgs/${ORG}/uploads`,
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': String(sizeBytes),
        'upload-metadata': `filename ${base64(fileName)}`,
      },
    })
  }

  append(path: string, offset: number, bytes: Uint8Array<ArrayBuffer>, who: Who | null = 'operator'): Promise<Answer> {
    return this.backend.send(who, {
      method: 'PATCH',
      path,
      headers: {
        'tus-resumable': '1.0.0',
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
      },
      body: bytes,
    })
  }

  /** Uploads and makes a firmware; verification is not required unless asked for. */
  async firmware(n: number, extra: object = {}): Promise<Firmware> {
    const bytes = binary(n)
    const body = {
      uploadId: await this.upload(bytes),
      productKey: PRODUCT,
      name: `firmware-${n}`,
      version: `${n}.0.0`,
      ...digestsOf(bytes),
      verification: { required: false },
      ...extra,
    }
    const made = await this.must<Firmware>('operator', 'firmware.create', { params: { org: ORG }, body })
    this.ids[made.name] = made.id
    return made
  }

  /** A job for devices named by their keys; an upgrade of `firmwareId` unless said otherwise. */
  async job(firmwareId: string, deviceKeys: string[], extra: object = {}): Promise<Job> {
    const body = {
      type: 'upgrade',
      firmwareId,
      name: `job of ${deviceKeys.join(', ')}`,
      scope: { deviceKeys },
      ...extra,
    }
    const made = await this.must<Job>('operator', 'jobs.create', { params: { org: ORG }, body })
    await this.backend.settled()
    return made
  }
}
