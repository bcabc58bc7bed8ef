import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { Id } from './common.ts'

const Health = z.object({ status: z.enum(['ok', 'notReady']), reasons: z.array(z.string()).optional() })

export const service = {
  healthz: endpoint({
    method: 'GET',
    path: '/healthz',
    kind: 'json',
    action: 'public',
    summary: 'The process is alive.',
    status: 200,
    reply: Health,
  }),
  readyz: endpoint({
    method: 'GET',
    path: '/readyz',
    kind: 'json',
    action: 'public',
    summary: 'The service can serve: database, storage and device ports are there.',
    status: 200,
    reply: Health,
  }),
  metrics: endpoint({
    method: 'GET',
    path: '/metrics',
    kind: 'text',
    action: 'scrape',
    summary: 'What the service counts, as Prometheus reads it: with METRICS_TOKEN, or from the machine itself.',
    status: 200,
    reply: Nothing,
  }),
  openapi: endpoint({
    method: 'GET',
    path: '/api/openapi.json',
    kind: 'json',
    action: 'public',
    summary: 'This document.',
    status: 200,
    reply: z.record(z.string(), z.unknown()),
  }),
  download: endpoint({
    method: 'GET',
    path: '/files/:firmwareId/:token',
    kind: 'device',
    action: 'link',
    summary:
      'A firmware file for one device and one task; the link itself is the right, for nobody whose session or certificate is another device’s. Range is supported.',
    status: 200,
    params: z.object({ firmwareId: Id, token: z.string().max(512) }),
    query: z.object({ sessionId: z.string().max(1_024).optional() }),
    reply: Nothing,
  }),
}
