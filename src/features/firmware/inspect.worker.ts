import { inspect, type Inspection } from './inspect.ts'

export type Order = { file: File; maxBytes: number }
export type News =
  | { kind: 'progress'; doneBytes: number }
  | { kind: 'done'; inspection: Inspection }
  | { kind: 'failed'; message: string }

const tell = (news: News) => self.postMessage(news)
/** Nobody sees progress move more often, and each time the page draws it. */
const PROGRESS_MS = 100

function tellNowAndThen(): (doneBytes: number) => void {
  let toldAt = performance.now()
  return (doneBytes) => {
    const now = performance.now()
    if (now - toldAt < PROGRESS_MS) return
    toldAt = now
    tell({ kind: 'progress', doneBytes })
  }
}

/** The digests of 100 MB beside the page, so that it stays responsive. */
self.addEventListener('message', ({ data: { file, maxBytes } }: MessageEvent<Order>) => {
  inspect(file, maxBytes, tellNowAndThen()).then(
    (inspection) => tell({ kind: 'done', inspection }),
    (error: unknown) => tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  )
})
