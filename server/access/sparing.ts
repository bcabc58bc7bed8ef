import type { Clock } from '#server/ports.ts'

/** Writes one line. @param more how many alike were only counted; 0 for a line of its own */
export type Write = (more: number) => Promise<void>

/** Lets the first lines of a name through and counts the rest, so that nobody can flood the log. */
export interface Sparing {
  /** Resolves when the line is durable or counted; what cannot be written is a warning and no error of the caller. */
  tell(name: string, write: Write): Promise<void>
  /** Writes at once what is only counted yet; to be called when the service closes. */
  flush(): Promise<void>
}

interface Window {
  written: number
  more: number
  last: Write
  cancel: () => void
}

/**
 * @param most lines of one name within the window; the others become one line when it ends
 * @param windowMs counted from the first line
 */
export function createSparing(
  clock: Clock,
  warn: (err: unknown) => void,
  { most, windowMs }: { most: number; windowMs: number },
): Sparing {
  const windows = new Map<string, Window>()
  const safely = (write: Write, more: number) => write(more).catch(warn)

  async function end(name: string): Promise<void> {
    const window = windows.get(name)
    if (!window || !windows.delete(name)) return
    window.cancel()
    if (window.more > 0) await safely(window.last, window.more)
  }
  return {
    async tell(name, write) {
      let window = windows.get(name)
      if (!window) {
        const cancel = clock.at(clock.now() + windowMs, () => void end(name))
        window = { written: 0, more: 0, last: write, cancel }
        windows.set(name, window)
      }
      if (window.written < most) {
        window.written += 1
        await safely(write, 0)
        return
      }
      window.more += 1
      window.last = write
    },
    async flush() {
      for (const name of windows.keys()) await end(name)
    },
  }
}
