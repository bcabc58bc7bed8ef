import { readFileSync } from 'node:fs'

import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'

import type { FailureKind } from '#contract/manage/failure.ts'
import { Policy } from '#contract/manage/policies.ts'
import { forecast } from '#domain/forecast.ts'
import { decide, type GateFacts } from '#domain/gates.ts'
import { haltReason, rampLimit, retryAt } from '#domain/halt.ts'
import { isOver, mayApprove } from '#domain/job.ts'
import { slotOf } from '#domain/pace.ts'
import { policyWords } from '#domain/policy-words.ts'
import { applyTask, newTask, type TaskEvent, type TaskFacts } from '#domain/task.ts'
import { cutWaves, waveGate } from '#domain/waves.ts'
import { opensAt } from '#domain/window.ts'

/*
 * The guide to policies, held against the rules it explains: what a table says in its last column is computed anew from
 * what stands in the columns before, by the very functions that server and portal run on.
 */

const GUIDE = readFileSync('docs/policies.md', 'utf8')
const MINUTE = 60_000
const NO_COUNTS = { init: 0, published: 0, upgrading: 0, succeeded: 0, failed: 0, skipped: 0 }
const plain = (cell: string) => cell.replaceAll(/[`,]/g, '')

/** What a reader finds under one heading. */
function section(part: string) {
  const text = GUIDE.split(/^## /m).find((some) => some.includes(`\`${part}\`\n`)) ?? ''
  const lines = text.split('\n')
  const heads = lines.flatMap((line, at) => (/^\|[-|]+$/.test(line) ? [at] : []))
  const tables = heads.map((head) => {
    const rows = lines.slice(head + 1)
    const end = rows.findIndex((line) => !line.startsWith('|'))
    return rows.slice(0, end === -1 ? undefined : end).map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  })
  return { policy: Policy.parse(jsonIn(text)[0]), tables }
}

const jsonIn = (text: string): unknown[] =>
  [...text.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, json = '']) => JSON.parse(json) as unknown)

/** Compares a table with what the rules say: the last cells of each row follow from those before. */
function holds(table: string[][] | undefined, answer: (...cells: string[]) => string | string[], asked = -1): void {
  expect(table?.length).toBeGreaterThan(1)
  const given = (row: string[]) => row.slice(0, asked)
  expect(table).toEqual(table?.map((row) => [...given(row), ...[answer(...given(row))].flat()]))
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const ZONE = 'Asia/Singapore'
const fromSingapore = (text: string) =>
  Temporal.PlainDateTime.from(text.slice(4).replace(' ', 'T')).toZonedDateTime(ZONE).epochMilliseconds
const inSingapore = (at: number) => {
  const time = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(ZONE)
  const clock = time.toPlainTime().toString({ smallestUnit: 'minute' })
  return `${WEEKDAYS[time.dayOfWeek - 1]} ${time.toPlainDate().toString()} ${clock}`
}
const utc = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z')

const facts = (policy: Policy, changes: Partial<GateFacts> = {}): GateFacts => ({
  now: 0,
  via: 'push',
  job: { state: 'started', policy, versions: [], targetVersion: '2.0', haltReason: null },
  device: { enabled: true, reportedVersion: '1.0', reachable: true },
  task: { settlesAt: null, retryAt: null },
  busyWith: null,
  wave: { open: true },
  windowOpensAt: changes.now ?? 0,
  underWay: 0,
  limit: 1,
  paceOpensAt: changes.now ?? 0,
  ...changes,
})

describe('every example of the guide', () => {
  const blocks = [...GUIDE.matchAll(/^```json\n([^]*?)^```\n(?:\nIn words: \*(.*)\*\n)?/gm)]
  test.each(blocks.map(([, json = '', words]) => [json, words]))('%s', (json, words) => {
    expect(policyWords(Policy.parse(JSON.parse(json))).join(', ')).toBe(words ?? '')
  })

  test('each part of a policy has its place and its default', () => {
    const listed = [...GUIDE.matchAll(/^\| [^|]+ \| `(\w+)` \|/gm)].map(([, field]) => field)
    expect(listed).toEqual(Object.keys(Policy.shape))
    const defaults = Policy.parse({})
    expect(GUIDE).toContain(`| ${defaults.concurrency} devices under way |`)
    expect(GUIDE).toContain(`| more than ${defaults.halt?.failurePercent} % of at least ${defaults.halt?.sample} |`)
    expect(plain(GUIDE)).toContain(`| ${defaults.timeoutSeconds} s: two hours |`)
    // an example of a part asks for that part and for nothing else
    for (const part of Object.keys(Policy.shape) as (keyof Policy)[]) {
      const { policy, tables } = section(part)
      const changed = Object.keys(Policy.shape).filter(
        (field) => JSON.stringify(policy[field as keyof Policy]) !== JSON.stringify(defaults[field as keyof Policy]),
      )
      expect(changed.filter((field) => field !== 'halt' || part === 'halt')).toEqual([part])
      expect(tables.length).toBeGreaterThan(0)
    }
  })
})

test('method', () => {
  const { policy, tables } = section('method')
  const gate = (method: string, via: GateFacts['via']) => {
    const decision = decide(facts({ ...policy, method: Policy.shape.method.parse(method) }, { via }))
    return decision.go ? 'goes' : decision.reason
  }
  holds(tables[0], (method = '') => [gate(plain(method), 'push'), gate(plain(method), 'request')], 1)
})

test('list of devices', () => {
  holds(section('list').tables[0], (list = '', init, succeeded) => {
    const counts = { ...NO_COUNTS, init: Number(init), succeeded: Number(succeeded) }
    return isOver({ policy: { list: Policy.shape.list.parse(plain(list)) }, counts }) ? 'is over' : 'goes on'
  })
})

test('start', () => {
  const { policy, tables } = section('startAt')
  holds(tables[0], (now = '') => {
    const decision = decide(facts(policy, { now: Date.parse(now) }))
    return decision.go ? 'goes' : `waits until ${utc(decision.opensAt ?? 0)}`
  })
})

test('window', () => {
  const { policy, tables } = section('window')
  holds(tables[0], (now = '') => inSingapore(opensAt(policy.window, fromSingapore(now)) ?? 0))
})

test('concurrency', () => {
  const { policy, tables } = section('concurrency')
  const now = fromSingapore('Mon 2026-03-02 09:00')
  holds(tables[0], (concurrency) => {
    const durations = { short: 2 * MINUTE, long: 5 * MINUTE }
    const ends = forecast({ ...policy, concurrency: Number(concurrency) }, 1_000, durations, now)
    return `${inSingapore(ends?.earliest ?? 0)} and ${inSingapore(ends?.latest ?? 0)}`
  })
})

test('pace', () => {
  const grouped = new Intl.NumberFormat('en-SG')
  const slots = (pace?: string) => {
    const { devices, everyMs } = slotOf(Number(pace))
    return [`${devices}`, `${grouped.format(everyMs)} ms`]
  }
  holds(section('pacePerMinute').tables[0], slots, 1)
})

test('waves', () => {
  const { policy, tables } = section('waves')
  const sizes = (devices?: string) => {
    const ids = Array.from({ length: Number(devices) }, (_, n) => `${n}`)
    const waves = [...cutWaves(policy.waves, 'seed', ids).values()]
    return policy.waves.map((_, n) => `${waves.filter((wave) => wave === n).length}`)
  }
  holds(tables[0], sizes, 1)
  const [first] = policy.waves
  holds(tables[1], (now = '', succeeded, failed) => {
    const [good, bad] = [Number(succeeded), Number(failed)]
    const wave = { size: 10, final: good + bad, succeeded: good, failed: bad, advanced: false }
    const metAt = fromSingapore('Mon 2026-03-02 10:00')
    const answer = waveGate(first!.gate, { ...wave, metAt }, fromSingapore(now))
    return answer.open ? 'opens' : answer.reason
  })
})

test('halt rule', () => {
  const { policy, tables } = section('halt')
  holds(tables[0], (succeeded, failed) => {
    const sample = { succeeded: Number(succeeded), failed: { download: Number(failed) } }
    return haltReason(policy.halt, sample) ?? 'goes on'
  })
  holds(tables[1], (rated) => `${rampLimit(policy.halt, { succeeded: Number(rated), failed: {} }, 300)}`)
})

/** Plays events on a task of the policy. */
function play(policy: Policy, events: TaskEvent[]): TaskFacts {
  const terms = { targetVersion: '2.0', timeoutMs: policy.timeoutSeconds * 1_000, proof: policy.proof }
  return events.reduce((task, event) => {
    const outcome = applyTask(task, event, terms)
    return outcome.kind === 'ignored' ? task : outcome.task
  }, newTask('1.0'))
}
const before = { id: 'before', startedAt: 0 }
const dispatched = (at: number): TaskEvent => ({ type: 'dispatch', at, sourceVersion: '1.0', sessionId: before.id })
const progressed = (at: number): TaskEvent => ({ type: 'progress', at, step: 10, text: '', session: before })

test('timeout', () => {
  const { policy, tables } = section('timeoutSeconds')
  holds(tables[0], (pushed = '', begins = '') => {
    const events = [dispatched(Date.parse(pushed)), ...(begins === 'never' ? [] : [progressed(Date.parse(begins))])]
    const at = play(policy, events).deadlineAt ?? 0
    expect(play(policy, [...events, { type: 'deadline', at: at - 1 }]).failure).toBeNull()
    return `${utc(at)}, \`${play(policy, [...events, { type: 'deadline', at }]).failure}\``
  })
})

test('retry', () => {
  const { policy, tables } = section('retry')
  holds(tables[0], (attempt, failedAt = '', kind = '') => {
    const failure = plain(kind) as FailureKind
    const again = retryAt(policy.retry, { attempt: Number(attempt), failure, failedAt: Date.parse(failedAt) })
    return again === null ? 'never' : utc(again)
  })
})

test('proof', () => {
  holds(section('proof').tables[0], (proof = '', when) => {
    const session = when === 'after a restart' ? { id: 'after', startedAt: 3_000 } : before
    const inform: TaskEvent = { type: 'inform', at: 4_000, version: '2.0', session, latest: true }
    const asked = Policy.parse({ proof: plain(proof) })
    const { status } = play(asked, [dispatched(1_000), progressed(2_000), inform])
    return status === 'succeeded' ? 'has succeeded' : 'goes on'
  })
})

test('approval', () => {
  const job = { type: 'upgrade', state: 'awaitingApproval', phase: 'ready', counts: NO_COUNTS } as const
  const firmware = { deleted: false, verificationState: 'verified' } as const
  holds(section('approval').tables[0], (who) => {
    const answer = mayApprove({ ...job, firmware }, 'olivia', who === 'who asked' ? 'olivia' : 'amin')
    return answer === true ? 'starts the job' : answer.title
  })
})
