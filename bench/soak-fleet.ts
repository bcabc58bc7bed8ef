// npm run soak -- fleet [devices]: a job for a big fleet, on SQLite and on PostgreSQL where TEST_DATABASE_URL names one.
// The service is asked from this process while it makes the job, and afterwards for pages and searches at random.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { isCounting, type Job, type Preview, type PreviewAnswer } from '#contract/manage/jobs.ts'

import { ORG } from '../test/server/harness.ts'
import { databases, type DatabaseName } from '../test/server/support/databases.ts'
import { keyOf, type Question, type Ready, type Rows, type Told } from './support/fleet-talk.ts'
import { machine, today } from './support/machine.ts'

const DEVICES = Number(process.argv[2] ?? 100_000)
const SAMPLES = 400
/** What an answer may take in 95 of 100 cases: while a job is made, and of any page or search. */
const BUSY_MS = 100
const PAGE_MS = 50

interface Service extends Ready {
  child: ChildProcess
  ask<T>(question: Question): Promise<T>
  send<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T; ms: number }>
}

async function open(database: DatabaseName): Promise<Service> {
  const child = fork(fileURLToPath(new URL('./support/fleet-service.ts', import.meta.url)), [database, `${DEVICES}`])
  const [ready] = (await once(child, 'message')) as [Ready]
  return {
    ...ready,
    child,
    async ask<T>(question: Question) {
      child.send(question)
      return ((await once(child, 'message')) as [T])[0]
    },
    async send<T>(method: string, path: string, body?: unknown) {
      const begun = performance.now()
      const headers = { cookie: ready.cookie, ...(body !== undefined && { 'content-type': 'application/json' }) }
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
      const answer = await fetch(`http://127.0.0.1:${ready.port}/api/orgs/${ORG}${path}`, init)
      const text = await answer.text()
      const ms = performance.now() - begun
      return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as T, ms }
    },
  }
}

const p95 = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0
const pick = (most: number): number => Math.floor(Math.random() * most)
const missed: string[] = []
const within = (what: string, ms: number, most: number): string => {
  if (ms > most) missed.push(`${what}: ${ms.toFixed(0)} ms, and at most ${most} are asked for`)
  return `${ms.toFixed(0)} ms`
}

/** The preview; of a larger fleet it is asked for as often as the portal does, until it is counted. */
async function previewed(service: Service, order: object): Promise<Preview & { ms: number }> {
  const begun = performance.now()
  let { body } = await service.send<PreviewAnswer>('POST', '/jobs/preview', order)
  while (isCounting(body)) {
    await pause(500)
    body = (await service.send<PreviewAnswer>('GET', `/jobs/previews/${body.handle}`)).body
  }
  return { ...body, ms: performance.now() - begun }
}

/** Asks what people ask for until the work is done, and saves a policy besides: that needs the one writer. */
async function whileIt<T>(service: Service, name: string, work: Promise<T>): Promise<{ result: T; times: number[] }> {
  let isDone = false
  const times: number[] = []
  const done = work.finally(() => {
    isDone = true
  })
  for (let n = 0; !isDone; n += 1) {
    const policy = { name: `${name} ${n}`, policy: {} }
    for (const [method, path, body] of [
      ['GET', '/jobs?limit=20'],
      ['GET', `/devices?limit=50&q=meter-0000${pick(100)}`],
      ['POST', '/policies', policy],
    ] as const)
      times.push((await service.send(method, path, body)).ms)
  }
  return { result: await done, times }
}

/** @returns the time of each answer, ms */
async function many(service: Service, pathOf: () => string): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < SAMPLES; n += 1) {
    const { status, ms, body } = await service.send('GET', pathOf())
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
    times.push(ms)
  }
  return times
}

/** Walks from a random search into the middle, so that cursors are asked for too. */
async function walk(service: Service, list: string): Promise<number[]> {
  const times: number[] = []
  while (times.length < SAMPLES) {
    let cursor: string | null = null
    for (let step = 0; step < 5; step += 1) {
      const from: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const path = `${list}limit=50&q=meter-0000${pick(100)}${from}`
      const { body, ms, status } = await service.send<{ nextCursor: string | null }>('GET', path)
      if (status === 200) times.push(ms)
      cursor = body.nextCursor ?? null
      if (cursor === null) break
    }
  }
  return times
}

function mustBe(what: string, is: unknown, expected: unknown): void {
  if (JSON.stringify(is) !== JSON.stringify(expected))
    missed.push(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(expected)}`)
}

async function measure(database: DatabaseName): Promise<void> {
  const service = await open(database)
  const gate = { successPercent: 95 }
  const policy = { waves: [{ upToDevices: 1, gate }, { upToPercent: 10, gate }, { upToPercent: 100 }] }
  const order = { type: 'upgrade', firmwareId: service.firmwareId, scope: {} }
  await service.ask<Told>({ ask: 'loop' })

  const preview = await whileIt(service, 'preview', previewed(service, order))
  const previewLoop = await service.ask<Told>({ ask: 'loop' })
  const all = preview.result.matched
  const making = await whileIt(
    service,
    'making',
    service.send<Job>('POST', '/jobs', { ...order, name: 'fleet', policy }),
  )
  const makingLoop = await service.ask<Told>({ ask: 'loop' })
  const { id, counts, phase } = making.result.body
  mustBe('devices in the job', [making.result.status, counts.init, phase], [201, all, 'ready'])
  const rows = await service.ask<Rows>({ ask: 'rows', jobId: id })
  mustBe('rows', rows.statuses, { init: all })
  const first = Math.ceil(all / 10)
  mustBe('waves', rows.waves, [1, first - 1, all - first])
  mustBe('plans that sort or read everything', rows.slowPlans, [])

  const statuses = ['', '&status=init', '&status=failed']
  const pages = {
    'tasks, search and page': await walk(service, `/jobs/${id}/tasks?`),
    'tasks, first pages': await many(service, () => `/jobs/${id}/tasks?limit=50${statuses[pick(3)]}`),
    'tasks, one key': await many(service, () => `/jobs/${id}/tasks?limit=50&q=${keyOf(pick(DEVICES))}`),
    'devices, search and page': await walk(service, `/devices?`),
    'devices of a version': await many(service, () => `/devices?limit=50&version=0.9.0&q=meter-0000${pick(100)}`),
    'devices online of a product': await many(
      service,
      () => `/devices?limit=50&product=${service.productKey}&connection=online&q=meter-000${pick(1_000)}`,
    ),
  }
  const pagesLoop = await service.ask<Told>({ ask: 'loop' })
  const half = { percent: 50 }
  const edit = async (name: string, scope: object) => {
    const { version } = (await service.send<Job>('GET', `/jobs/${id}`)).body
    // half of the fleet in three other waves, and then again all
    const waves = [{ upToDevices: 10, gate }, { upToPercent: 50, gate }, { upToPercent: 100 }]
    const body = { version, scope, policy: { waves } }
    const edited = await whileIt(service, name, service.send<Job>('PATCH', `/jobs/${id}`, body))
    const loop = await service.ask<Told>({ ask: 'loop' })
    const { status, body: told } = edited.result
    const most = Math.ceil(all / 2)
    const { statuses, waves: sizes } = await service.ask<Rows>({ ask: 'rows', jobId: id })
    mustBe(`${name}: status`, [status, told.phase], [200, 'ready'])
    mustBe(`${name}: rows`, statuses, {
      init: told.counts.init,
      ...(told.counts.skipped > 0 && { skipped: told.counts.skipped }),
    })
    mustBe(`${name}: waves`, sizes, [10, most - 10, all - most])
    mustBe(
      `${name}: counted waves`,
      told.waves.map(({ size }) => size),
      sizes,
    )
    // what was asked to check it is no part of what follows
    await service.ask<Told>({ ask: 'loop' })
    return { edited, told, loop }
  }
  const less = await edit('half fall out', half)
  const more = await edit('all come back', {})
  mustBe('half fell out', Math.abs(less.told.counts.skipped / all - 0.5) < 0.01, true)
  mustBe('all came back', more.told.counts.init, all)
  const deleting = await whileIt(service, 'deleting', service.send('DELETE', `/jobs/${id}`))
  mustBe('deletion', deleting.result.status, 204)
  const deletingLoop = await service.ask<Told>({ ask: 'loop' })
  service.child.disconnect()
  await once(service.child, 'exit')

  const head = `| ${today()} | ${machine()} | \`npm run soak -- fleet ${DEVICES}\` | ${database}`
  const loop = ({ worstMs, p999Ms, memoryMb }: Told) =>
    `${worstMs.toFixed(0)} ms, ${p999Ms.toFixed(0)} ms | ${memoryMb.toFixed(0)} MB`
  const acts = [
    ['preview', preview, previewLoop],
    ['job made', making, makingLoop],
    ['job edited, half fall out', less.edited, less.loop],
    ['job edited, all come back', more.edited, more.loop],
    ['job deleted', deleting, deletingLoop],
  ] as const
  for (const [what, { result, times }, told] of acts) {
    const others = within(`${database}: other answers, ${what}`, p95(times), BUSY_MS)
    console.info(
      `${head} | ${what} | ${(result.ms / 1_000).toFixed(1)} s | ${others} of ${times.length} | ${loop(told)} |`,
    )
  }
  for (const [what, times] of Object.entries(pages))
    console.info(`${head} | ${what} | ${within(`${database}: ${what}`, p95(times), PAGE_MS)} of ${times.length} |`)
  console.info(`  the loop stopped ${pagesLoop.worstMs.toFixed(0)} ms at most while pages were asked for`)
}

for (const database of databases) await measure(database)
for (const what of missed) console.error(what)
process.exitCode = missed.length === 0 ? 0 : 1
