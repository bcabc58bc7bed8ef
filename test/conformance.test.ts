import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { endpoints } from '#contract/index.ts'

import { activityCases } from './conformance/activity-cases.ts'
import { orgCases, sessionCases } from './conformance/account-cases.ts'
import { backends } from './conformance/backends.ts'
import { comparable, run, type Case } from './conformance/case.ts'
import { courseCases } from './conformance/course-cases.ts'
import { deviceListCases, deviceListJobCases } from './conformance/device-list-cases.ts'
import { deviceCases } from './conformance/device-cases.ts'
import { firmwareFactCases } from './conformance/firmware-fact-cases.ts'
import { firmwareCases } from './conformance/firmware-cases.ts'
import { jobCases } from './conformance/job-cases.ts'
import { overviewCases } from './conformance/overview-cases.ts'
import { policyCases } from './conformance/policy-cases.ts'
import { previewCases } from './conformance/preview-cases.ts'
import { productCases } from './conformance/product-cases.ts'
import { registryCases } from './conformance/registry-cases.ts'
import { rolloutCases } from './conformance/rollout-cases.ts'
import { Scene } from './conformance/scene.ts'
import { serviceCases } from './conformance/service-cases.ts'
import { taskCases } from './conformance/task-cases.ts'
import { verificationCases } from './conformance/verification-cases.ts'

const TABLE: Readonly<Record<string, readonly Case[]>> = {
  session: sessionCases,
  organisations: orgCases,
  products: productCases,
  devices: deviceCases,
  'registered things': registryCases,
  'device lists': deviceListCases,
  'jobs of device lists': deviceListJobCases,
  firmware: firmwareCases,
  'firmware in use': firmwareFactCases,
  policies: policyCases,
  jobs: jobCases,
  'previews of many devices': previewCases,
  rollouts: rolloutCases,
  tasks: taskCases,
  verification: verificationCases,
  courses: courseCases,
  overview: overviewCases,
  activity: activityCases,
  service: serviceCases,
}

/** What travels otherwise than as JSON: `conformance-bytes.test.ts` holds these. */
const NOT_JSON = [
  'uploads.abilities',
  'uploads.create',
  'uploads.offset',
  'uploads.append',
  'uploads.terminate',
  'firmware.file',
  'live.stream',
  'deviceLists.create',
  'activity.csv',
  'jobs.tasksCsv',
  'service.metrics',
  // only a device follows such a link, and the mock's devices live inside it
  'service.download',
  'deviceHttp.auth',
  'deviceHttp.message',
  'deviceHttp.download',
  'deviceHttp.downloadUrl',
]

describe.each(Object.entries(TABLE))('%s', (_resource, cases) => {
  let scenes: Scene[]
  beforeAll(async () => {
    scenes = await Promise.all(backends.map((backend) => new Scene(backend).build()))
  })
  afterAll(() => Promise.all(backends.map((backend) => backend.close())))

  test.each(cases)('$sentence ($endpoint)', async (each) => {
    const answers = []
    for (const scene of scenes) answers.push(await run(scene, each))
    const [first, ...others] = answers.map(({ json }) => comparable(json))
    for (const other of others) expect(other, 'the server answers as the mock does').toEqual(first)
  })
})

test('every endpoint has a case, and every case an endpoint', () => {
  const covered = new Set(Object.values(TABLE).flatMap((cases) => cases.map(({ endpoint }) => endpoint)))
  expect([...covered, ...NOT_JSON].toSorted()).toEqual([...endpoints.keys()].toSorted())
  const json = [...endpoints].filter(([, { kind }]) => kind === 'json').map(([name]) => name)
  expect(NOT_JSON.filter((name) => json.includes(name))).toEqual([])
})

test('every endpoint but the public ones is refused somewhere', () => {
  const refused = new Set(
    Object.values(TABLE).flatMap((cases) => cases.flatMap((each) => (each.refusal ? [each.endpoint] : []))),
  )
  const never = [...endpoints].filter(
    ([name, { kind, action }]) => kind === 'json' && action !== 'public' && !refused.has(name),
  )
  expect(never.map(([name]) => name)).toEqual([])
})
