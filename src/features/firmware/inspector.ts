import type { News, Order } from './inspect.worker.ts'

/** Inspects one file in a worker; the answer stops it. */
export function inspectInWorker(order: Order, hear: (news: News) => void): () => void {
  const worker = new Worker(new URL('./inspect.worker.ts', import.meta.url), { type: 'module' })
  worker.addEventListener('message', ({ data }: MessageEvent<News>) => hear(data))
  worker.addEventListener('error', ({ message }) => hear({ kind: 'failed', message }))
  worker.postMessage(order)
  return () => worker.terminate()
}
