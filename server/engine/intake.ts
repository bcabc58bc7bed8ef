import type { Clock, DeviceIntake, DownloadLinks, FileStore, Logger, ReportReply } from '#server/ports.ts'
import type { EngineStore } from '#server/ports-engine.ts'

import { createBatches } from './batches.ts'
import { applyArrival, type Arrival, type Said } from './reports.ts'
import { joinGrowing } from './join.ts'
import { missingFor } from './requests.ts'
import { Work, type Aftermath } from './work.ts'

/** More would stop the loop for longer than 20 ms. */
const MAX_ITEMS = 200

export interface IntakeTerms {
  store: EngineStore
  clock: Clock
  log: Logger
  links: DownloadLinks
  files: Pick<FileStore, 'exists'>
  gatherMs: number
  settle: (aftermath: Aftermath) => void
}

/** Devices that come, go and report, gathered into few transactions. */
export function createIntake(terms: IntakeTerms): DeviceIntake & { idle(): Promise<void> } {
  const { store, clock, links, files, settle } = terms

  async function commit(arrivals: readonly Arrival[]) {
    const asking = idsOf(arrivals.filter(({ said }) => said.kind === 'getversion'))
    const missing = asking.length === 0 ? NONE : await missingFor({ read: store.read, files }, asking)
    return store.transact(async (tx) => {
      const work = new Work(tx, clock.now())
      await work.loadDevices(idsOf(arrivals))
      await work.loadReportable(idsOf(arrivals.filter(({ said }) => said.kind !== 'opened' && said.kind !== 'closed')))
      const answers = arrivals.map((arrival) => applyArrival(work, arrival, { links, missing }))
      await joinGrowing(work, idsOf(arrivals.filter(({ said }) => said.kind === 'inform')))
      return { answers, aftermath: await work.save() }
    })
  }

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

const NONE: ReadonlySet<string> = new Set()

const idsOf = (arrivals: readonly Arrival[]): string[] => [...new Set(arrivals.map(({ device }) => device.deviceId))]
