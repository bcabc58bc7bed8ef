import type { GateName } from '#domain/gates.ts'
import { isOpen } from '#domain/task.ts'
import { clock } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { deviceById, tasksOf } from '#mock-api/find.ts'
import { decisionOn, isCandidate, roomIn } from '#mock-api/verdict.ts'
import type { Appointment, TaskRow } from '#mock-api/world.ts'

import { apply, openNextWaves } from './apply.ts'
import { ask, keep, push } from './fleet.ts'

/** Gates that hold every device of a job alike: once one of them holds, nobody else has to be asked. */
const OF_THE_JOB: ReadonlySet<GateName> = new Set(['startTime', 'method', 'haltRule', 'window', 'concurrency', 'pace'])

/** Pushes to every waiting device that the gates let through. @param at epoch milliseconds */
export function dispatch(at: number): void {
  for (const job of db.jobs.filter(({ state }) => state === 'started')) {
    openNextWaves(job, at)
    let room: ReturnType<typeof roomIn> | undefined
    for (const task of tasksOf(job.id)) {
      if (!isCandidate(task, job)) continue
      // counted for whoever may go, and anew after each that went
      room ??= roomIn(job)
      const decision = decisionOn(task, job, at, { room })
      if (!decision.go && OF_THE_JOB.has(decision.gate)) break
      if (!decision.go) continue
      const { currentVersion, session } = deviceById(task.deviceId)
      const event = {
        type: 'dispatch',
        at,
        sourceVersion: currentVersion ?? '',
        sessionId: session?.id ?? null,
      } as const
      if (apply(task, event)) push(task, at)
      room = undefined
    }
  }
}

const earliest = <T>(rows: readonly T[], at: (row: T) => number): T | undefined =>
  rows.reduce<T | undefined>((first, row) => (first !== undefined && at(first) <= at(row) ? first : row), undefined)

const deadlineOf = ({ deadlineAt }: TaskRow): number => deadlineAt ?? Infinity

/** The next thing that is due, its time, and what it does. */
function nextDue(now: number): { at: number; happen: () => void } | undefined {
  const appointment = earliest(
    db.agenda.filter(({ at }) => at <= now),
    ({ at }) => at,
  )
  const late = earliest(
    db.tasks.filter((task) => deadlineOf(task) <= now && isOpen(task)),
    deadlineOf,
  )
  if (appointment && (!late || appointment.at <= deadlineOf(late))) {
    return { at: appointment.at, happen: () => keepAppointment(appointment) }
  }
  return late && { at: deadlineOf(late), happen: () => void apply(late, { type: 'deadline', at: deadlineOf(late) }) }
}

function keepAppointment(appointment: Appointment): void {
  db.agenda.splice(db.agenda.indexOf(appointment), 1)
  keep(appointment)
}

/** Brings the world up to the clock's time, in the order in which things are due. */
export function tick(): void {
  const now = clock.now()
  dispatch(now)
  for (let due = nextDue(now); due; due = nextDue(now)) {
    due.happen()
    dispatch(due.at)
  }
}

const TICK_MS = 150
/** Every device asks for firmware this often; only jobs that answer notice, so that only their devices matter. */
const ASK_MS = 3_000

function askAll(): void {
  const answering = db.jobs.filter(({ state, policy }) => state === 'started' && policy.method !== 'push')
  const waiting = answering.flatMap(({ id }) => tasksOf(id).filter(({ status }) => status === 'init'))
  for (const deviceId of new Set(waiting.map((task) => task.deviceId))) ask(deviceById(deviceId), clock.now())
}

/** Lets the world go on by itself; the answer stops it. */
export function runEngine(): () => void {
  const ticking = setInterval(tick, TICK_MS)
  const asking = setInterval(askAll, ASK_MS)
  return () => {
    clearInterval(ticking)
    clearInterval(asking)
  }
}
