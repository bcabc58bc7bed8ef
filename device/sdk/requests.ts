import type { Answered } from '#contract/device/envelope.ts'
import { LinkError } from './errors.ts'

interface Waiting {
  resolve(answer: Answered): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

/** Requests that wait for their answer, by topic and id: ids of other devices behind the same link may be equal. */
export interface Requests {
  /** The id of the next request: text, counting up. */
  nextId(): string
  /** @throws LinkError `noAnswer` after `timeoutMs`, `closed` when the link ends before */
  wait(topic: string, id: string, timeoutMs: number): Promise<Answered>
  answer(topic: string, id: string, answered: Answered): void
  failAll(error: LinkError): void
}

export function createRequests(): Requests {
  const waiting = new Map<string, Waiting>()
  let counter = 0
  return {
    nextId() {
      counter = (counter % 65_535) + 1
      return String(counter)
    },
    wait: (topic, id, timeoutMs) =>
      new Promise((resolve, reject) => {
        const key = `${topic} ${id}`
        const timer = setTimeout(() => {
          waiting.delete(key)
          reject(new LinkError('noAnswer', `No answer on ${topic} within ${timeoutMs} ms`))
        }, timeoutMs)
        waiting.set(key, { resolve, reject, timer })
      }),
    answer(topic, id, answered) {
      const key = `${topic} ${id}`
      const waiter = waiting.get(key)
      if (!waiter) return
      waiting.delete(key)
      clearTimeout(waiter.timer)
      waiter.resolve(answered)
    },
    failAll(error) {
      for (const waiter of waiting.values()) {
        clearTimeout(waiter.timer)
        waiter.reject(error)
      }
      waiting.clear()
    },
  }
}
