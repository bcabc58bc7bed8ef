import type { FailureKind } from '#contract/manage/failure.ts'

import { FALLBACK_MS, finishBy, hasten, RESUME_MS } from './task-deadlines.ts'
import {
  changed,
  failed,
  ignored,
  MAX_PUSHES,
  stray,
  succeeded,
  type TaskEventOf,
  type TaskFacts,
  type TaskOutcome,
  type TaskTerms,
} from './task-facts.ts'

/** Codes of the protocol's progress message (section 3.3). */
const DEVICE_FAILURES: Readonly<Record<number, FailureKind>> = {
  [-1]: 'undefined',
  [-2]: 'download',
  [-3]: 'verification',
  [-4]: 'writing',
  [-5]: 'refused',
}

/**
 * Begun after `since` and not the session of that moment: what tells a restart from a repeated message.
 * A `since` that lies ahead was noted before the clock was set back; then the session's name alone tells.
 */
const begunAfter = (
  { at, session }: TaskEventOf<'inform'>,
  { sessionId, since }: { sessionId: string | null; since: number | null },
): boolean => {
  const known = since ?? 0
  return session.id !== sessionId && (session.startedAt >= known || known > at)
}

/** Progress of an open task. 100 is "installed, waiting for the restart" and never success. */
export function progressRule(task: TaskFacts, event: TaskEventOf<'progress'>, terms: TaskTerms): TaskOutcome {
  const { at, step, text, session } = event
  if (step < 0) return failed({ ...task, lastReportAt: at }, DEVICE_FAILURES[step] ?? 'undefined', text)
  const upgradingAt = task.upgradingAt ?? at
  const installed = step >= 100
  return changed({
    ...task,
    status: 'upgrading',
    progress: Math.min(step, 100),
    progressText: text,
    installed,
    installedAt: installed ? (task.installedAt ?? at) : null,
    progressSessionId: session.id,
    lastReportAt: at,
    upgradingAt,
    // a sign of life takes back what an earlier silence or return had shortened
    ...finishBy(upgradingAt, terms),
  })
}

/** An answer to the push: 200 is "taken", anything else is the device's refusal to begin. */
export function replyRule(task: TaskFacts, { code, text, ours }: TaskEventOf<'reply'>): TaskOutcome {
  if (!ours) return stray(task)
  return code === 200 ? ignored : failed(task, 'pushNotTaken', text || `The device answered ${code}.`)
}

type Inform = (task: TaskFacts, event: TaskEventOf<'inform'>, terms: TaskTerms) => TaskOutcome

/** The version that proves the upgrade; a policy may ask that it comes after a restart. */
function arrived(task: TaskFacts, event: TaskEventOf<'inform'>, terms: TaskTerms): TaskOutcome {
  const last =
    task.progressSessionId === null || task.lastReportAt === null
      ? { sessionId: task.pushSessionId, since: task.publishedAt }
      : { sessionId: task.progressSessionId, since: task.lastReportAt }
  const proof = begunAfter(event, last) ? 'restarted' : 'reported'
  if (terms.proof === 'restarted' && proof === 'reported') return ignored
  return succeeded(task, { proof })
}

const foreign: Inform = (task, { version }) => failed(task, 'otherVersion', version)

/** Silent since the push and back with the old version: the push may have been lost on the way. */
const again: Inform = (task, event) => {
  const { at, session } = event
  const isBack =
    begunAfter(event, { sessionId: task.pushSessionId, since: task.pushedAt }) ||
    (session.resumedAt ?? -Infinity) > (task.pushedAt ?? 0)
  if (task.via !== 'push' || !isBack || task.pushes >= MAX_PUSHES) return ignored
  return changed({ ...task, pushes: task.pushes + 1, pushedAt: at, pushSessionId: session.id }, true)
}

/** Back with the old version after it had begun: it goes on, or fell back, or has given up. */
const returned: Inform = (task, event) => {
  const { at } = event
  if (!begunAfter(event, { sessionId: task.progressSessionId, since: task.lastReportAt })) return ignored
  const hastened = task.installed ? hasten(task, at + FALLBACK_MS, 'fallback') : hasten(task, at + RESUME_MS, 'resume')
  return hastened === task ? ignored : changed(hastened)
}

const open =
  (old: Inform): Inform =>
  (task, event, terms) => {
    if (event.version === terms.targetVersion) return arrived(task, event, terms)
    return (event.version === task.sourceVersion ? old : foreign)(task, event, terms)
  }

/** A version report, by where the task stands. Source: the task table of the domain. */
export const informRule: Readonly<Record<'waiting' | 'published' | 'upgrading' | 'ended', Inform>> = {
  waiting: (task, { version, session }, { targetVersion }) => {
    // what an earlier attempt or a lapsed offer brought about comes late, and not by other means
    if (version === targetVersion)
      return succeeded(task, { alreadyThere: !task.reached, late: task.reached, proof: 'reported', settlesAt: null })
    // a new session settles a retried task at once
    const settled = task.settlesAt !== null && session.id !== task.progressSessionId
    return settled ? changed({ ...task, settlesAt: null }) : ignored
  },
  published: open(again),
  upgrading: open(returned),
  ended: (task, { version, latest }, { targetVersion }) =>
    latest && version === targetVersion
      ? succeeded(task, { late: true, proof: 'reported', alreadyThere: !task.reached })
      : ignored,
}
