/*
 * What a rollout has to do and must not do, written from the domain's page alone: plain rows, simple loops, nothing
 * imported and nothing shared with the engine that it judges. It is told what devices do and what the engine sends,
 * and complains of every push that the rules forbid and of every push that they demand and that is not sent.
 */

const MINUTE = 60_000

export interface Rules {
  from: string
  to: string
  /** Hours east of Greenwich, in a zone that never moves its clocks. */
  zoneHours: number
  /** Minutes of the day; from the later to the earlier crosses midnight. */
  opens: number
  closes: number
  blackout: readonly string[]
  concurrency: number
  perMinute: number
  /** How many devices each wave has. */
  waves: readonly number[]
  gate: { successPercent: number; sample: number; finalPercent: number; soakMs: number }
  halt: { percent: number; sample: number }
  timeoutMs: number
  retry: { attempts: number; intervalMs: number; kind: string }
}

export interface Line {
  key: string
  wave: number
  online: boolean
  version: string
  session: string
  state: 'waiting' | 'pushed' | 'upgrading' | 'succeeded' | 'failed'
  attempt: number
  failure: string | null
  /** Counts in rates. */
  rated: boolean
  late: boolean
  notBefore: number
  /** Until then the last attempt may still be at work; null when it is not. */
  quietAt: number | null
  pushes: number
  pushSession: string
  /** Session of the last progress; null before any. */
  heardIn: string | null
  beganAt: number | null
  installed: boolean
  endsAt: number | null
  endsAs: string
  /** The same push has to be sent again. */
  owed: boolean
}

export interface Dispatch {
  key: string
  attempt: number
  at: number
}

export type Model = ReturnType<typeof createModel>

/** @param waveOf the wave of each device: which device comes first is the engine's choice, how many is not */
export function createModel(rules: Rules, waveOf: ReadonlyMap<string, number>, startsAt: number) {
  const lines = new Map<string, Line>()
  for (const [key, wave] of waveOf) lines.set(key, newLine(key, wave, rules.from))
  const all = [...lines.values()]
  const dispatches: Dispatch[] = []
  const complaints: string[] = []
  const wave = { opened: 0, metAt: null as number | null }
  let halted = false
  let lastAt = -Infinity

  const complain = (at: number, key: string, what: string): void => {
    if (complaints.length < 20) complaints.push(`${new Date(at).toISOString()} ${key}: ${what}`)
  }
  for (const [n, size] of rules.waves.entries()) {
    const is = all.filter((line) => line.wave === n).length
    if (is !== size) complain(startsAt, `wave ${n}`, `it has ${is} devices and not ${size}`)
  }

  function isOpen(at: number): boolean {
    const there = new Date(at + rules.zoneHours * 60 * MINUTE).toISOString()
    if (rules.blackout.includes(there.slice(0, 10))) return false
    const minute = Number(there.slice(11, 13)) * 60 + Number(there.slice(14, 16))
    return rules.opens < rules.closes
      ? minute >= rules.opens && minute < rules.closes
      : minute >= rules.opens || minute < rules.closes
  }

  function sums() {
    let [underWay, rated, failed] = [0, 0, 0]
    const now = { final: 0, rated: 0, succeeded: 0 }
    for (const line of all) {
      const isFinal = line.state === 'succeeded' || line.state === 'failed'
      if (line.state === 'pushed' || line.state === 'upgrading') underWay += 1
      if (line.rated) rated += 1
      if (line.rated && line.state === 'failed') failed += 1
      if (line.wave !== wave.opened) continue
      if (isFinal) now.final += 1
      if (line.rated) now.rated += 1
      if (line.rated && line.state === 'succeeded') now.succeeded += 1
    }
    return { underWay, rated, failed, now }
  }

  /** Opens the next wave once the last has been good for as long as it is to be observed; halts what goes wrong. */
  function judge(at: number): void {
    const { rated, failed, now } = sums()
    const { percent, sample } = rules.halt
    if (rated >= sample && failed * 100 > rated * percent) halted = true
    const size = rules.waves[wave.opened] ?? 0
    if (wave.opened + 1 >= rules.waves.length) return
    const { successPercent, finalPercent, soakMs } = rules.gate
    const isGood =
      now.final * 100 >= size * finalPercent &&
      now.rated >= Math.min(rules.gate.sample, size) &&
      now.succeeded * 100 >= now.rated * successPercent
    wave.metAt = isGood ? (wave.metAt ?? at) : null
    if (wave.metAt === null || at < wave.metAt + soakMs) return
    Object.assign(wave, { opened: wave.opened + 1, metAt: null })
    judge(at)
  }

  function fail(line: Line, kind: string, at: number): void {
    line.endsAt = null
    if (kind === rules.retry.kind && line.attempt <= rules.retry.attempts) {
      Object.assign(line, { state: 'waiting', attempt: line.attempt + 1, pushes: 0, beganAt: null, installed: false })
      Object.assign(line, { notBefore: at + rules.retry.intervalMs, quietAt: at + MINUTE })
      return
    }
    // what the device refuses by itself rates nothing
    Object.assign(line, { state: 'failed', failure: kind, rated: kind !== 'refused' })
  }

  /** Which rule forbids that this device goes now, without a look at how many go; null when none does. */
  function forbids(line: Line, at: number, isWindowOpen = isOpen(at)): string | null {
    if (line.state !== 'waiting') return `it is ${line.state}`
    if (line.version === rules.to) return 'it is at the target'
    if (line.quietAt !== null && at < line.quietAt) return 'the last attempt may still be at work'
    if (line.wave > wave.opened) return `wave ${line.wave} is not open`
    if (halted) return 'the job is halted'
    if (!isWindowOpen) return 'the window is closed'
    if (at < line.notBefore) return 'the retry interval has not passed'
    return line.online ? null : 'it is offline'
  }

  const roomLeft = (): number => {
    const { underWay, rated } = sums()
    const { sample } = rules.halt
    return (rated < sample ? Math.min(rules.concurrency, sample * 2) : rules.concurrency) - underWay
  }

  const of = (key: string): Line => {
    const line = lines.get(key)
    if (!line) throw new Error(`No device ${key}`)
    return line
  }

  return {
    lines: all,
    dispatches,
    complaints,
    isHalted: () => halted,
    openWave: () => wave.opened,

    opened(key: string, session: string): void {
      Object.assign(of(key), { online: true, session })
    },
    closed(key: string): void {
      of(key).online = false
    },
    informed(key: string, version: string, at: number): void {
      const line = of(key)
      line.version = version
      if (version === rules.to) return arrive(line)
      if (line.state === 'waiting' && line.session !== (line.heardIn ?? line.pushSession)) line.quietAt = null
      if (line.state === 'pushed' && line.session !== line.pushSession && line.pushes < 5) line.owed = true
      if (line.state !== 'upgrading' || line.session === line.heardIn) return
      const [ms, as] = line.installed ? [2 * MINUTE, 'fellBack'] : [10 * MINUTE, 'interrupted']
      if (line.endsAt === null || at + ms < line.endsAt) Object.assign(line, { endsAt: at + ms, endsAs: as })
    },
    progressed(key: string, step: number, at: number): void {
      const line = of(key)
      if (line.state === 'waiting' && line.quietAt !== null) line.quietAt = at + MINUTE
      if (line.state !== 'pushed' && line.state !== 'upgrading') return
      line.heardIn = line.session
      if (step < 0) return fail(line, CODES[-step] ?? 'undefined', at)
      line.state = 'upgrading'
      line.beganAt ??= at
      line.installed = step === 100
      Object.assign(line, { endsAt: line.beganAt + rules.timeoutMs, endsAs: 'timedOut' })
    },
    /** The service was away and is back: nobody is connected, and its absence fails nobody. */
    restarted(at: number): void {
      for (const line of all) {
        line.online = false
        if (line.endsAt !== null) line.endsAt = Math.max(line.endsAt, at + 10 * MINUTE)
      }
    },

    /** Time has come to `at`, or something was reported then. */
    settle(at: number): void {
      for (const line of all) if (line.endsAt !== null && line.endsAt <= at) fail(line, line.endsAs, line.endsAt)
      judge(at)
    },

    /** The engine has sent a push. @returns whether it was the same one again */
    pushed({ key, attempt, at }: Dispatch): boolean {
      const line = of(key)
      if (line.owed && attempt === line.attempt) {
        Object.assign(line, { owed: false, pushes: line.pushes + 1, pushSession: line.session })
        return true
      }
      dispatches.push({ key, attempt, at })
      const why = forbids(line, at) ?? (at < startsAt ? 'the job is not started' : null)
      if (why !== null) complain(at, key, `pushed although ${why}`)
      if (attempt !== line.attempt) complain(at, key, `attempt ${attempt} instead of ${line.attempt}`)
      if (attempt > rules.retry.attempts + 1) complain(at, key, `attempt ${attempt} is one too many`)
      if (roomLeft() <= 0) complain(at, key, 'pushed although there is no room')
      const minute = dispatches.slice(-rules.perMinute - 1)
      if (minute.length > rules.perMinute && (minute[0]?.at ?? 0) > at - MINUTE)
        complain(at, key, `more than ${rules.perMinute} in a minute`)
      lastAt = at
      Object.assign(line, { state: 'pushed', attempt, pushes: 1, pushSession: line.session, heardIn: null })
      Object.assign(line, { quietAt: null, notBefore: 0, endsAt: at + rules.timeoutMs, endsAs: 'noAnswer' })
      return false
    },

    /** Complains of what should have been sent by now. */
    demand(at: number): void {
      for (const line of all) if (line.owed) complain(at, line.key, 'came back and was not pushed again')
      // a pace is spread over its minute
      if (roomLeft() <= 0 || at < lastAt + MINUTE / rules.perMinute) return
      const isWindowOpen = isOpen(at)
      for (const line of all)
        if (forbids(line, at, isWindowOpen) === null) complain(at, line.key, 'left undone although it may go')
    },

    /** The next moment at which the rules themselves change something. */
    next(after: number): number {
      let next = Infinity
      const consider = (at: number | null): void => {
        if (at !== null && at > after && at < next) next = at
      }
      consider(wave.metAt === null ? null : wave.metAt + rules.gate.soakMs)
      consider(lastAt + MINUTE / rules.perMinute)
      for (const line of all) {
        consider(line.endsAt)
        if (line.state === 'waiting' && line.online) consider(Math.max(line.notBefore, line.quietAt ?? 0))
      }
      // the window changes on the minute, and is looked at on each
      consider(Math.floor(after / MINUTE + 1) * MINUTE)
      return next
    },
  }

  function arrive(line: Line): void {
    if (line.state === 'succeeded') return
    const tried = line.state !== 'waiting'
    Object.assign(line, {
      late: line.state === 'failed',
      rated: tried,
      state: 'succeeded',
      failure: null,
      endsAt: null,
    })
  }
}

/** Failure codes of the protocol, by their number. */
const CODES = ['', 'undefined', 'download', 'verification', 'writing', 'refused']

const newLine = (key: string, wave: number, version: string): Line => ({
  key,
  wave,
  online: false,
  version,
  session: '',
  state: 'waiting',
  attempt: 1,
  failure: null,
  rated: false,
  late: false,
  notBefore: 0,
  quietAt: null,
  pushes: 0,
  pushSession: '',
  heardIn: null,
  beganAt: null,
  installed: false,
  endsAt: null,
  endsAs: '',
  owed: false,
})
