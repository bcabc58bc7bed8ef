import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import type { DeviceRecord } from './device.ts'
import { createGate } from './gate.ts'

export interface ProvisionOptions {
  /** The management API, for example `http://127.0.0.1:8080`. */
  server: string
  email: string
  password: string
  org: string
  productKey: string
  count: number
  /** Device keys are `<prefix>-0001` and so on. */
  prefix: string
  /** What each new device is said to run. */
  version: string
}

const Created = z.object({ productKey: z.string(), deviceKey: z.string(), deviceSecret: z.string() })
const Refusal = z.object({ title: z.string() })
/** Registrations under way at once. */
const PARALLEL = 8

/** One call; one that comes too soon is made again when the service says. */
async function call(server: string, method: string, path: string, cookie: string, body?: object): Promise<Response> {
  const response = await callOnce(server, method, path, cookie, body)
  if (response.status !== 429) return response
  await response.body?.cancel()
  await delay(Number(response.headers.get('retry-after') ?? 1) * 1_000)
  return call(server, method, path, cookie, body)
}

function callOnce(server: string, method: string, path: string, cookie: string, body?: object): Promise<Response> {
  return fetch(new URL(path, server), {
    method,
    headers: {
      // a browser says where it comes from with every change, and the service checks it
      origin: new URL(server).origin,
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(cookie ? { cookie } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
}

async function refusalOf(response: Response): Promise<Error> {
  const problem = Refusal.safeParse(await response.json().catch(() => undefined))
  return new Error(problem.success ? problem.data.title : `The service answered ${response.status}`)
}

async function signIn({ server, email, password }: ProvisionOptions): Promise<string> {
  const response = await call(server, 'POST', '/api/session', '', { email, password })
  if (!response.ok) throw await refusalOf(response)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

async function ensureProduct({ server, org, productKey }: ProvisionOptions, cookie: string): Promise<void> {
  const path = `/api/orgs/${org}/products`
  const known = await call(server, 'GET', `${path}/${productKey}`, cookie)
  await known.body?.cancel()
  if (known.ok) return
  const made = await call(server, 'POST', path, cookie, {
    name: productKey,
    productKey,
    description: 'Simulated devices',
  })
  if (!made.ok) throw await refusalOf(made)
}

/**
 * Registers devices over the management API and learns their secrets, which are told only then: keep them in a file.
 * @throws Error with the service's own words when it refuses
 */
export async function provision(options: ProvisionOptions): Promise<DeviceRecord[]> {
  const cookie = await signIn(options)
  await ensureProduct(options, cookie)
  const gate = createGate(PARALLEL)
  const digits = Math.max(4, String(options.count).length)
  const register = async (index: number): Promise<DeviceRecord> => {
    const deviceKey = `${options.prefix}-${String(index + 1).padStart(digits, '0')}`
    const response = await call(options.server, 'POST', `/api/orgs/${options.org}/devices`, cookie, {
      productKey: options.productKey,
      deviceKey,
    })
    if (!response.ok) throw new Error(`${deviceKey}: ${(await refusalOf(response)).message}`)
    return { ...Created.parse(await response.json()), version: options.version }
  }
  try {
    return await Promise.all(Array.from({ length: options.count }, (_, index) => gate.pass(() => register(index))))
  } finally {
    await call(options.server, 'DELETE', '/api/session', cookie).catch(() => undefined)
  }
}
