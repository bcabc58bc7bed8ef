import type { Clock, DeviceIntake, Logger, ReportReply } from '#server/ports.ts'
import type { EngineStore } from '#server/ports-engine.ts'

import { createBatches } from './batches.ts'
import { applyArrival, type Arrival, type Said } from './reports.ts'
import { Work, type Aftermath } from './work.ts'

/** More would stop the loop for longer than 20 ms. */
const MAX_ITEMS = 200

export interface IntakeTerms {
  store: EngineStore
  clock: Clock
  log: Logger
  gatherMs: number
  settle: (aftermath: Aftermath) => void
}

/** Devices that come, go and report, gathered into few transactions. */
export function createIntake(terms: IntakeTerms): DeviceIntake & { idle(): Promise<void> } {
  const { store, clock, settle } = terms

  const commit = (arrivals: readonly Arrival[]) =>
    store.transact(async (tx) => {
      const work = new Work(tx, clock.now())
      await work.loadDevices(idsOf(arrivals))
      await work.loadReportable(idsOf(arrivals.filter(({ said }) => said.kind !== 'opened' && said.kind !== 'closed')))
      const answers = arrivals.map((arrival) => applyArrival(work, arrival))
      return { answers, aftermath: await work.save() }
    })

  const batches = createBatches<Arrival, ReportReply>({
    ...terms,
    maxItems: MAX_ITEMS,
    commit: async (arrivals) => {
      const { answers, aftermath } = await commit(arrivals)
      return { answers, after: () => settle(aftermath) }
    },
  })

  const add = (device: Arrival['device'], session: Arrival['session'], said: Said) =>
    batches.add({ device, session, said, at: clock.now() })

  return {
    opened: async (device, session) => {
      await add(device, session, { kind: 'opened' })
    },
    closed: async (device, session) => {
      await add(device, session, { kind: 'closed' })
    },
    report: add,
    idle: batches.idle,
  }
}

const idsOf = (arrivals: readonly Arrival[]): string[] => [...new Set(arrivals.map(({ device }) => device.deviceId))]
