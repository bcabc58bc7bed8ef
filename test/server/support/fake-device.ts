import type { DeviceIdentity, DeviceReport, DeviceSession } from '#server/ports.ts'

import type { Surroundings } from './engine.ts'

export type FakeDevice = ReturnType<typeof createFakeDevice>

let sessions = 0

/** A device as its connection tells of it: it comes, reports and goes, and waits until all that follows is done. */
export function createFakeDevice({ identity, world }: { identity: DeviceIdentity; world: Surroundings }) {
  let session: DeviceSession = { id: 'none', startedAt: 0 }
  /** Does not wait for what follows, for those who stand in the midst of it. */
  const tell = (said: DeviceReport) => world.engine.intake.report(identity, session, said)
  const arrive = async () => {
    sessions += 1
    session = { id: `session-${sessions}`, startedAt: world.clock.now() }
    world.connected.add(identity.deviceId)
    await world.engine.intake.opened(identity, session)
  }
  const report = async (said: DeviceReport) => {
    const reply = await tell(said)
    await world.engine.idle()
    return reply
  }
  const device = {
    ...identity,
    get session() {
      return session
    },
    report,
    tell,
    arrive,
    async connect() {
      await arrive()
      await world.engine.idle()
    },
    async drop(which = session) {
      if (which === session) world.connected.delete(identity.deviceId)
      await world.engine.intake.closed(identity, which)
      await world.engine.idle()
    },
    inform: (version: string) => report({ kind: 'inform', version }),
    progress: (step: number, text = '') => report({ kind: 'progress', step, text }),
    /** Comes with a version, as after every start. */
    async come(version = '1.0') {
      await device.connect()
      await device.inform(version)
    },
    /** Restarts: the old connection ends, a new one begins a second later and reports. */
    async restart(version: string) {
      await device.drop()
      await world.advance(1_000)
      await device.come(version)
    },
    pushes: () => world.pushes.filter((push) => push.device.deviceId === identity.deviceId),
  }
  return device
}
