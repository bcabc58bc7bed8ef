import { getResponse } from 'msw'

import { clock } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { comeBack, leave, progress } from '#mock-api/engine/fleet.ts'
import { dispatch } from '#mock-api/engine/tick.ts'
import { deviceById, mustHave } from '#mock-api/find.ts'
import { handlers } from '#mock-api/handlers/index.ts'
import { routed } from '#mock-api/routed.ts'
import { PASSWORD, people, seedMembers, seedOrgs, seedUsers } from '#mock-api/seed/people.ts'
import { actAs } from '#mock-api/session.ts'
import type { World } from '#mock-api/world.ts'

import { EVERYONE, ORG, OTHER_ORG, emailOf } from '../server/harness.ts'
import { answerOf, type Backend, type Message, type Who } from './backend.ts'
import { listeningTo } from './sse.ts'

const BASE = 'http://portal.test'
/** As the browser asks it. */
const front = [routed(handlers)]

let turn: Promise<unknown> = Promise.resolve()

/** One after the other, for the mock knows one caller at a time, as a browser is one person's. */
function respond(who: Who | null, message: Message): Promise<Response> {
  const response = turn.then(() => respondNow(who, message))
  turn = response.catch(() => undefined)
  return response
}

/** Who has come in by the front door since the world began. */
const signedIn = new Set<Who>()

async function signIn(who: Who): Promise<void> {
  signedIn.add(who)
  const body = JSON.stringify({ email: emailOf(who), password: PASSWORD })
  await respondNow(null, {
    method: 'POST',
    path: '/api/session',
    headers: { 'content-type': 'application/json' },
    body,
  })
}

async function respondNow(who: Who | null, { method, path, headers, body }: Message): Promise<Response> {
  if (who && !signedIn.has(who)) await signIn(who)
  actAs(who && people[who].id)
  const request = new Request(BASE + path, { method, ...(headers && { headers }), ...(body !== undefined && { body }) })
  const response = await getResponse(front, request, { baseUrl: BASE })
  if (!response) throw new Error(`The mock has no handler for ${method} ${path}`)
  return response
}

/** The same people in the same organisations as in the server's tests, so that answers can be compared whole. */
const peopled = (): World => ({
  users: EVERYONE.map((who) => ({ ...userOf(who), name: who, email: emailOf(who) })),
  orgs: seedOrgs(clock.now())
    .filter(({ slug }) => slug === ORG || slug === OTHER_ORG)
    .map((org) => ({ ...org, name: org.slug.toUpperCase() })),
  members: seedMembers(),
  products: [],
  devices: [],
  firmware: [],
  files: new Map(),
  uploads: [],
  policies: [],
  deviceLists: [],
  previews: new Map(),
  jobs: [],
  tasks: [],
  progress: [],
  agenda: [],
  log: [],
  begunAt: clock.now(),
  obeyed: new Set(),
})

const userOf = (who: Who) =>
  mustHave(
    seedUsers().find(({ id }) => id === people[who].id),
    who,
  )

export const mockBackend: Backend = {
  name: 'mock',
  password: PASSWORD,
  emailOf,
  async open() {
    clock.reset()
    Object.assign(db, peopled())
    signedIn.clear()
  },
  close: async () => {},
  send: async (who, message) => answerOf(await respond(who, message)),
  async informs(deviceId, version, stays) {
    const device = deviceById(deviceId)
    comeBack(device, version, clock.now())
    if (!stays) leave(device, clock.now())
  },
  progresses: async (deviceId, step) => progress(deviceById(deviceId), step, '', clock.now()),
  settled: async () => dispatch(clock.now()),
  listen: async (who, path, headers) =>
    listeningTo(await respond(who, { method: 'GET', path, ...(headers && { headers }) })),
}
