import { devices as api } from '#contract/manage/devices.ts'
import { problems } from '#contract/problems.ts'
import { keptOf } from '#domain/changes.ts'
import { askedTag, hasTag, isUnseen, unseenBefore } from '#domain/device-filter.ts'
import { isFinal } from '#domain/task.ts'
import { mock } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { find, jobById, tasksOfDevice } from '#mock-api/find.ts'
import { announce } from '#mock-api/live.ts'
import { logKey, logView, record } from '#mock-api/log.ts'
import { pageOf, startsWith } from '#mock-api/page.ts'
import { MockProblem } from '#mock-api/problem.ts'
import { newSecret } from '#mock-api/secrets.ts'
import { verdictOf } from '#mock-api/verdict.ts'
import { deviceView } from '#mock-api/views.ts'
import type { DeviceRow } from '#mock-api/world.ts'

interface Asked {
  product?: string | undefined
  version?: string | undefined
  connection?: string | undefined
  tag?: string | undefined
  unseenDays?: number | undefined
}

const matches = (row: DeviceRow, asked: Asked) =>
  (asked.product === undefined || row.productKey === asked.product) &&
  (asked.version === undefined || row.currentVersion === asked.version) &&
  (asked.connection === undefined || deviceView(row).connection === asked.connection) &&
  (!asked.tag || hasTag(row.tags, askedTag(asked.tag))) &&
  (asked.unseenDays === undefined || isUnseen(presenceOf(row), unseenBefore(asked.unseenDays, clock.now())))

const presenceOf = (row: DeviceRow) => ({
  connection: deviceView(row).connection,
  lastSeenAt: row.lastSeenAt === null ? null : Date.parse(row.lastSeenAt),
  createdAt: Date.parse(row.createdAt),
})

const byKey = ({ deviceKey, productKey }: DeviceRow): string => `${deviceKey}\n${productKey}`

const listing = [
  mock(api.list, ({ query }, { org }) => {
    const rows = db.devices.filter(
      (row) => row.orgId === org.id && startsWith(row.deviceKey, query.q) && matches(row, query),
    )
    const page = pageOf(rows, query, byKey, 'asc')
    return { ...page, items: page.items.map(deviceView) }
  }),

  mock(api.versions, ({ query: { product } }, { org }) => {
    const counts = new Map<string | null, number>()
    for (const row of db.devices.filter(({ orgId }) => orgId === org.id)) {
      if (matches(row, { product })) counts.set(row.currentVersion, (counts.get(row.currentVersion) ?? 0) + 1)
    }
    const items = Array.from(counts, ([version, count]) => ({ version, count }))
    // the most first; among equals by version, and before them those that never reported
    return { items: items.toSorted((a, b) => b.count - a.count || ((a.version ?? '') < (b.version ?? '') ? -1 : 1)) }
  }),
]

const stories = [
  mock(api.subDevices, ({ params, query }, { org }) => {
    const gateway = find.device(org.id, params.deviceId)
    const rows = db.devices.filter(({ gatewayId }) => gatewayId === gateway.id)
    const page = pageOf(rows, query, byKey, 'asc')
    return { ...page, items: page.items.map(deviceView) }
  }),

  mock(api.history, ({ params, query }, { org }) => {
    const lines = db.log.filter(({ deviceId, orgId }) => deviceId === params.deviceId && orgId === org.id)
    // what happened to a device that was deleted is still told
    if (lines.length === 0) find.device(org.id, params.deviceId)
    const asked = query.job === undefined ? lines : lines.filter(({ jobId }) => jobId === query.job)
    const page = pageOf(asked, query, logKey, 'desc')
    return { ...page, items: page.items.map(logView) }
  }),

  mock(api.why, ({ params, query }, { org }) => {
    const device = find.device(org.id, params.deviceId)
    const asked = query.job === undefined ? undefined : find.job(org.id, query.job)
    const tasks = tasksOfDevice(device.id).filter((task) => (asked ? task.jobId === asked.id : !isFinal(task)))
    const now = clock.now()
    return {
      items: tasks.map((task) => {
        const job = jobById(task.jobId)
        return { jobId: job.id, jobName: job.name, status: task.status, verdict: verdictOf(task, job, now) }
      }),
    }
  }),
]

// `versions` stands before `view`: MSW takes the first path that fits
export const deviceHandlers = [
  ...listing,

  mock(api.create, ({ body }, { org, caller }) => {
    const product = find.product(org.id, body.productKey)
    const { deviceKey } = body
    if (db.devices.some((row) => row.productKey === product.productKey && row.deviceKey === deviceKey)) {
      throw new MockProblem(problems.taken('deviceKey', `The product already has a device ${deviceKey}.`))
    }
    const device: DeviceRow = {
      ...body,
      id: crypto.randomUUID(),
      orgId: org.id,
      enabled: true,
      currentVersion: null,
      versionReportedAt: null,
      lastSeenAt: null,
      gatewayId: null,
      activatedAt: null,
      createdAt: iso(clock.now()),
      version: 1,
      session: null,
    }
    db.devices.push(device)
    record({
      orgId: org.id,
      actor: caller,
      action: 'device.created',
      summary: `Device ${deviceKey} registered.`,
      after: keptOf('device', device),
      deviceId: device.id,
    })
    announce({ kind: 'device', orgId: org.id, deviceId: device.id })
    return { ...deviceView(device), deviceSecret: newSecret() }
  }),

  mock(api.view, ({ params }, { org }) => deviceView(find.device(org.id, params.deviceId))),

  ...stories,
]
