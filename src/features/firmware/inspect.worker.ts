import { inspect, type Inspection } from './inspect.ts'

export type Order = { file: File; maxBytes: number }
export type News =
  | { kind: 'progress'; doneBytes: number }
  | { kind: 'done'; inspection: Inspection }
  | { kind: 'failed'; message: string }

const tell = (news: News) => self.postMessage(news)

/** The digests of 100 MB beside the page, so that it stays responsive. */
self.addEventListener('message', ({ data: { file, maxBytes } }: MessageEvent<Order>) => {
  inspect(file, maxBytes, (doneBytes) => tell({ kind: 'progress', doneBytes })).then(
    (inspection) => tell({ kind: 'done', inspection }),
    (error: unknown) => tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  )
})
