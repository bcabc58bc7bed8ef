import { http, HttpResponse } from 'msw'

import { newTask } from '#domain/task.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { progress } from '#mock-api/engine/fleet.ts'
import { db } from '#mock-api/db.ts'
import { deviceWithId, jobById } from '#mock-api/find.ts'
import type { DeviceRow, TaskRow } from '#mock-api/world.ts'

const SECOND = 1_000

/** Devices that are in the middle of an upgrade and stay there: their timeout is a day away. */
function join(jobId: string, count: number): DeviceRow[] {
  const { orgId, productKey } = jobById(jobId)
  const now = clock.now()
  return Array.from({ length: count }, (_, n) => {
    const device: DeviceRow = {
      id: crypto.randomUUID(),
      orgId,
      productKey,
      deviceKey: `crowd-${String(n + 1).padStart(4, '0')}`,
      name: '',
      enabled: true,
      currentVersion: '1.4.0',
      versionReportedAt: iso(now),
      lastSeenAt: iso(now),
      tags: {},
      attributes: {},
      createdAt: iso(now),
      gatewayId: null,
      activatedAt: null,
      version: 1,
      session: { id: `crowd-${n}`, startedAt: now },
    }
    const task: TaskRow = {
      ...newTask('1.4.0'),
      status: 'upgrading',
      via: 'push',
      progress: 0,
      publishedAt: now,
      upgradingAt: now,
      lastReportAt: now,
      deadlineAt: now + 86_400 * SECOND,
      deadlineKind: 'finish',
      jobId,
      deviceId: device.id,
      deviceKey: device.deviceKey,
      updatedAt: now,
      ratedIn: null,
      wave: 0,
    }
    db.devices.push(device)
    db.tasks.push(task)
    return device
  })
}

/**
 * Lets so many of them a second report, one after the other. A timer that is late, as in a busy page or in a tab that
 * nobody looks at, makes up for it.
 */
function live(crowd: readonly DeviceRow[], perSecond: number): void {
  const begunAt = performance.now()
  let turn = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - begunAt) * perSecond) / SECOND
    while (turn < due) {
      const device = crowd[turn % crowd.length]
      turn += 1
      const row = device && deviceWithId(device.id)
      // another world has begun
      if (!row) return clearInterval(timer)
      progress(row, 1 + (turn % 98), `Step ${turn}`, clock.now())
    }
  }, SECOND / perSecond)
}

/**
 * Not of the contract: `POST /mock/crowd?job=…&devices=120&perSecond=50` puts so many devices into a job, under way, and
 * lets so many of them a second report progress, one after the other, for as long as this world lasts.
 */
export const crowdHandlers = [
  http.post('/mock/crowd', ({ request }) => {
    const asked = new URL(request.url).searchParams
    const crowd = join(asked.get('job') ?? '', Number(asked.get('devices')))
    live(crowd, Number(asked.get('perSecond')))
    return HttpResponse.json({ devices: crowd.length })
  }),
]
