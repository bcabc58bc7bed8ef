import { useEffect, useState } from 'react'

import { inspectInWorker } from './inspector.ts'
import type { Inspection } from './inspect.ts'

export interface InspectionState {
  doneBytes: number
  inspection?: Inspection
  /** The file could not be read: it was moved, changed or is on a drive that is gone. */
  unreadable?: string
}

const BEGINNING: InspectionState = { doneBytes: 0 }

/** Judges the chosen file and computes its digests; a new file stops what went on for the old one. */
export function useInspection(file: File | undefined, maxBytes: number | undefined): InspectionState {
  const [known, setKnown] = useState<{ file: File | undefined; state: InspectionState }>({ file, state: BEGINNING })
  useEffect(() => {
    // what the size alone refuses is not read
    if (!file || maxBytes === undefined || file.size === 0 || file.size > maxBytes) return undefined
    const learn = (state: InspectionState) => setKnown({ file, state })
    return inspectInWorker({ file, maxBytes }, (news) => {
      if (news.kind === 'progress') learn({ doneBytes: news.doneBytes })
      if (news.kind === 'done') learn({ doneBytes: file.size, inspection: news.inspection })
      if (news.kind === 'failed') learn({ doneBytes: 0, unreadable: news.message })
    })
  }, [file, maxBytes])
  return known.file === file ? known.state : BEGINNING
}
