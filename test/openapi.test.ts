import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { endpoints } from '#contract/index.ts'

import { openApi } from '../scripts/lib/openapi.ts'

const committed: unknown = JSON.parse(readFileSync('contract/openapi.json', 'utf8'))
const release = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version

test('the committed OpenAPI document is what the contract says now (npm run openapi writes it)', () => {
  expect(JSON.parse(JSON.stringify(openApi(release)))).toEqual(committed)
})

test('every endpoint is one operation of the document, with its own id', () => {
  const paths = (committed as { paths: Record<string, Record<string, { operationId: string }>> }).paths
  const ids = Object.values(paths).flatMap((operations) => Object.values(operations).map((o) => o.operationId))
  expect(ids.toSorted()).toEqual([...endpoints.keys()].toSorted())
})

test('every creation takes an Idempotency-Key, and nothing else does', () => {
  type Operation = { operationId: string; parameters?: { name: string }[] }
  const { paths } = committed as { paths: Record<string, Record<string, Operation>> }
  const taking = Object.values(paths)
    .flatMap((operations) => Object.values(operations))
    .filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'Idempotency-Key'))
  expect(taking.map(({ operationId }) => operationId).toSorted()).toEqual([
    'deviceLists.create',
    'devices.create',
    'firmware.create',
    'jobs.create',
    'orgs.create',
    'policies.create',
    'products.create',
  ])
})

test('every reference leads to a component that is there', () => {
  const { schemas, responses } = (committed as { components: Record<string, Record<string, unknown>> }).components
  const references = [...JSON.stringify(committed).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)]
  expect(references.length).toBeGreaterThan(0)
  const lost = references.filter(([, kind, name = '']) => !(name in ((kind === 'schemas' ? schemas : responses) ?? {})))
  expect(lost.map(([text]) => text)).toEqual([])
})
