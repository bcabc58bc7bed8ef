import type { DeviceIdentity, DeviceSession } from '#server/ports.ts'

import type { Model } from '../../support/rollout-model.ts'
import type { World } from './engine.ts'
import { deviceId, deviceKey, ORG, PRODUCT } from './rows.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
/** Devices speak on this grid, so that few moments have many of them. */
const GRID = 5 * SECOND
const DAYS = 3

export const OLD = '1.0'
export const NEW = '2.0'

/** What a device does with an upgrade, and how many of a thousand are so; all others just upgrade. */
const NATURES = {
  /** Its download fails once, twice, or whenever it is tried. */
  failsOnce: 50,
  failsTwice: 20,
  failsAlways: 8,
  /** Goes on about its progress long after it has failed. */
  chatters: 8,
  slow: 30,
  mute: 4,
  /** Silent at first, and on the new version long after it was given up. */
  late: 4,
  stuck: 3,
  quits: 3,
  fallsBack: 3,
  corrupt: 2,
  refuses: 4,
  /** Away in the moment of its push, and soon back. */
  missesPush: 25,
  byHand: 6,
} as const
export type Nature = keyof typeof NATURES | 'steady'

type Act = { kind: 'come'; version: string | null } | { kind: 'drop' } | { kind: 'say'; step: number }
type Script = readonly (readonly [seconds: number, act: Act])[]

interface Unit {
  identity: DeviceIdentity
  nature: Nature
  session: DeviceSession | null
  version: string
}

/** A small generator of numbers in [0, 1) that always gives the same ones. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function natureOf(roll: number): Nature {
  let up = 0
  for (const [nature, share] of Object.entries(NATURES)) {
    up += share / 1_000
    if (roll < up) return nature as Nature
  }
  return 'steady'
}

const come = (version: string | null): Act => ({ kind: 'come', version })
const say = (step: number): Act => ({ kind: 'say', step })
const drop: Act = { kind: 'drop' }

/** Devices that come, go and upgrade over days, each in its own way; world and model hear the same of them. */
export function createNightFleet({ world, model, count }: { world: World; model: Model; count: number }) {
  const random = dice(20_260_105)
  const between = (from: number, to: number): number => 5 * Math.round((from + random() * (to - from)) / 5)
  const agenda = new Map<number, (readonly [Unit, Act])[]>()
  const units = new Map<string, Unit>()
  let sessions = 0
  let seen = 0

  function plan(unit: Unit, inMs: number, act: Act): void {
    const at = Math.ceil((world.clock.now() + inMs) / GRID) * GRID
    agenda.set(at, [...(agenda.get(at) ?? []), [unit, act]])
  }

  for (let n = 1; n <= count; n += 1) {
    const identity = { deviceId: deviceId(n), orgId: ORG, productKey: PRODUCT, deviceKey: deviceKey(n) }
    const unit = { identity, nature: natureOf(random()), session: null, version: OLD }
    units.set(identity.deviceKey, unit)
    plan(unit, random() < 0.86 ? random() * HOUR : random() * DAYS * 24 * HOUR, come(OLD))
    if (unit.nature === 'byHand') plan(unit, random() * 2 * 24 * HOUR, come(NEW))
    if (random() > 0.06) continue
    // some are gone for hours, whatever they are at
    const gone = random() * (DAYS * 24 - 9) * HOUR
    plan(unit, gone, drop)
    plan(unit, gone + (1 + random() * 7) * HOUR, come(null))
  }

  function upgrade(): Script {
    const done = between(360, 840)
    const back = done + 5 + between(20, 85)
    return [
      [between(5, 60), say(10)],
      [between(65, 350), say(50)],
      [done, say(100)],
      [done + 5, drop],
      [back, come(NEW)],
    ]
  }
  const fails = (step: number): Script => [
    [between(5, 60), say(10)],
    [between(65, 300), say(step)],
  ]
  const chatter = Array.from({ length: 24 }, (_, n) => [310 + n * 30, say(20)] as const)

  function scriptOf(nature: Nature, attempt: number, isAgain: boolean): Script {
    switch (nature) {
      case 'failsOnce':
        return attempt > 1 ? upgrade() : fails(-2)
      case 'failsTwice':
        return attempt > 2 ? upgrade() : fails(-2)
      case 'failsAlways':
        return fails(-2)
      case 'chatters':
        return attempt > 1 ? upgrade() : [...fails(-2), ...chatter]
      case 'slow':
        return upgrade().map(([seconds, act]) => [seconds + 4_000, act])
      case 'mute':
        return []
      case 'late':
        return [[between(9_000, 20_000), come(NEW)]]
      case 'stuck':
        return [[between(5, 60), say(30)]]
      case 'quits':
        return [
          [30, say(30)],
          [60, drop],
          [120, come(OLD)],
        ]
      case 'fallsBack':
        return [
          [30, say(100)],
          [60, drop],
          [120, come(OLD)],
        ]
      case 'corrupt':
        return fails(-3)
      case 'refuses':
        return [[between(5, 60), say(-5)]]
      case 'missesPush':
        return isAgain
          ? upgrade()
          : [
              [5, drop],
              [between(30, 90), come(OLD)],
            ]
      case 'byHand':
      case 'steady':
        return upgrade()
    }
  }

  function perform(unit: Unit, act: Act): Promise<unknown>[] {
    const { identity, session } = unit
    const { deviceKey: key } = identity
    const at = world.clock.now()
    const { intake } = world.engine
    if (act.kind === 'come') {
      unit.version = act.version ?? unit.version
      sessions += 1
      unit.session = { id: `night-${sessions}`, startedAt: at }
      world.connected.add(identity.deviceId)
      model.opened(key, unit.session.id)
      model.informed(key, unit.version, at)
      const inform = { kind: 'inform', version: unit.version } as const
      return [intake.opened(identity, unit.session), intake.report(identity, unit.session, inform)]
    }
    if (session === null) {
      // it tells when it is back
      if (act.kind === 'say') plan(unit, 300 * SECOND, act)
      return []
    }
    if (act.kind === 'say') {
      model.progressed(key, act.step, at)
      return [intake.report(identity, session, { kind: 'progress', step: act.step, text: '' })]
    }
    unit.session = null
    world.connected.delete(identity.deviceId)
    model.closed(key)
    return [intake.closed(identity, session)]
  }

  /** The engine has done all that there is to do now: the model judges it, and devices plan what comes of it. */
  async function look(): Promise<void> {
    await world.engine.idle()
    const at = world.clock.now()
    model.settle(at)
    for (const push of world.pushes.slice(seen)) {
      const { deviceKey: key } = push.device
      const attempt = Number(push.command.offer.fileUrl.split('.').at(-1))
      const isAgain = model.pushed({ key, attempt, at: push.at })
      const unit = units.get(key)
      for (const [seconds, act] of unit ? scriptOf(unit.nature, attempt, isAgain) : [])
        plan(unit as Unit, seconds * SECOND, act)
    }
    seen = world.pushes.length
    model.demand(at)
  }

  return {
    natureOf: (key: string): Nature | undefined => units.get(key)?.nature,
    look,
    /** Lets time pass to every moment at which a device, a rule or the engine has something to do. */
    async until(end: number): Promise<void> {
      for (let now = world.clock.now(); now < end; now = world.clock.now()) {
        const at = Math.min(end, model.next(now), ...agenda.keys())
        await world.clock.advance(at - now, look)
        await look()
        const acts = agenda.get(at)
        agenda.delete(at)
        if (!acts) continue
        await Promise.all(acts.flatMap(([unit, act]) => perform(unit, act)))
        await look()
      }
    },
    /** The service dies and comes back; whoever was connected comes again within two minutes. */
    async restart(downtimeMs: number): Promise<void> {
      await world.restart(downtimeMs)
      model.restarted(world.clock.now())
      for (const unit of units.values()) {
        if (unit.session === null) continue
        unit.session = null
        plan(unit, random() * 120 * SECOND, come(null))
      }
      await look()
    },
  }
}
