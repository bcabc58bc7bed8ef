import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'

/** What the demo furnishes an empty service with, and the file that its visitor uploads. */
export const ORG = { slug: 'demo', name: 'Demo Agency' }
const PRODUCT = 'HDBCurrentMeter'
export const DEVICES = 50
export const FIRST_VERSION = '1.0.0'
const SAMPLE_BYTES = 5 * 1024 * 1024

/**
 * One organisation, one product, and its devices with their secrets.
 * @param {import('./client.mjs').Client} client signed in as the administrator
 */
export async function furnish(client) {
  await client.call('POST', '/api/orgs', ORG)
  const product = await client.call('POST', `/api/orgs/${ORG.slug}/products`, {
    name: PRODUCT,
    description: 'Simulated electricity meters',
  })
  const keys = Array.from({ length: DEVICES }, (_, index) => `meter-${String(index + 1).padStart(3, '0')}`)
  const devices = await Promise.all(
    keys.map((deviceKey) =>
      client.call('POST', `/api/orgs/${ORG.slug}/devices`, { productKey: product.productKey, deviceKey }),
    ),
  )
  return { product, devices }
}

/**
 * A firmware image of 5 MB: a header that names it, then bytes that no compressor would shrink.
 * @param {string} file
 */
export function writeSample(file) {
  const header = Buffer.alloc(64)
  header.write('\u007fMETER\u0000fan-fw 1.1.0', 'latin1')
  writeFileSync(file, Buffer.concat([header, randomBytes(SAMPLE_BYTES - header.length)]))
}

/**
 * Devices that are online and have said which version they run.
 * @param {import('./client.mjs').Client} client
 * @returns {Promise<number>}
 */
export async function reporting(client) {
  const { items } = await client.call('GET', `/api/orgs/${ORG.slug}/devices?connection=online&limit=200`)
  return items.filter((/** @type {{ currentVersion: string | null }} */ device) => device.currentVersion !== null)
    .length
}
