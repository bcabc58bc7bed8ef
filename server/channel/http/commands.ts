import type { UpgradeCommand } from '#server/ports.ts'

/** Commands that wait for the next answer to their device: one each, since a device has one upgrade at a time. */
export interface Commands {
  put(deviceId: string, command: UpgradeCommand): void
  /** Takes the command out: it is handed over once. A session is not handed the same command twice. */
  take(deviceId: string, sessionId: string): UpgradeCommand | undefined
  /** Resolves when a command is there, at the latest after `ms`. */
  soon(deviceId: string, ms: number): Promise<void>
  drop(deviceId: string): void
}

interface Box {
  waiting?: UpgradeCommand | undefined
  handed?: { commandId: string; sessionId: string } | undefined
}

export function createCommands(): Commands {
  const boxes = new Map<string, Box>()
  const awaited = new Map<string, Set<() => void>>()
  const boxOf = (deviceId: string): Box => {
    const box = boxes.get(deviceId) ?? {}
    boxes.set(deviceId, box)
    return box
  }

  return {
    put(deviceId, command) {
      boxOf(deviceId).waiting = command
      for (const wake of awaited.get(deviceId) ?? []) wake()
    },
    take(deviceId, sessionId) {
      const box = boxes.get(deviceId)
      const command = box?.waiting
      if (!box || !command) return undefined
      delete box.waiting
      // a device that was handed it and then informs is sent it again by the engine, as after a lost connection
      if (box.handed?.commandId === command.id && box.handed.sessionId === sessionId) return undefined
      box.handed = { commandId: command.id, sessionId }
      return command
    },
    soon(deviceId, ms) {
      if (boxes.get(deviceId)?.waiting) return Promise.resolve()
      return new Promise((resolve) => {
        const waiters = awaited.get(deviceId) ?? new Set()
        const wake = () => {
          clearTimeout(timer)
          waiters.delete(wake)
          if (waiters.size === 0) awaited.delete(deviceId)
          resolve()
        }
        const timer = setTimeout(wake, ms)
        awaited.set(deviceId, waiters.add(wake))
      })
    },
    drop: (deviceId) => void boxes.delete(deviceId),
  }
}
