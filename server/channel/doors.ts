import type { DeviceDoor } from '#server/ports.ts'

/** Several ways to a device as one: a command goes by the first that has it. */
export const createDoors = (...doors: readonly DeviceDoor[]): DeviceDoor => ({
  push: (device, command) => doors.some((door) => door.push(device, command)),
  close: (deviceId, why) => {
    for (const door of doors) door.close(deviceId, why)
  },
  sessions: () => doors.reduce((sum, door) => sum + door.sessions(), 0),
})
