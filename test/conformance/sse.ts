import type { Listening } from './backend.ts'

const LONGEST_MS = 5_000

/** Reads an event stream as text. */
export function listeningTo(response: Response): Listening {
  const reader = response.body?.getReader()
  if (!reader) throw new Error('The stream has no body')
  const text = new TextDecoder()
  let heard = ''
  return {
    async until(said) {
      const tooLong = setTimeout(() => void reader.cancel(), LONGEST_MS)
      while (!heard.includes(said)) {
        const { done, value } = await reader.read()
        if (done) throw new Error(`The stream never said ${said}. It said: ${heard}`)
        heard += text.decode(value, { stream: true })
      }
      clearTimeout(tooLong)
      return heard
    },
    end: () => reader.cancel(),
    async isEnded() {
      let isOver = true
      const tooLong = setTimeout(() => {
        isOver = false
        void reader.cancel()
      }, LONGEST_MS)
      while (!(await reader.read()).done);
      clearTimeout(tooLong)
      return isOver
    },
  }
}
