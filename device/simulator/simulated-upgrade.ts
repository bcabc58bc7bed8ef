import type { Agent } from 'node:http'
import { rename } from 'node:fs/promises'

import { FailureStep, upgrade, UpgradeError, type OfferedFirmware } from '#device/sdk/index.ts'
import type { Fault } from './faults.ts'
import type { Random } from './random.ts'

export interface SimulatedUpgrade {
  firmware: OfferedFirmware
  fault: Fault | undefined
  random: Random
  /** Where the download goes, and where what the device runs stands. */
  incoming: string
  running: string
  speed: number | undefined
  agent: Agent
  signal: AbortSignal
  tell(step: number, text: string): Promise<void>
}

/** Stops the transfer somewhere in its middle, as a broken network would. */
function breakingAt(firmware: OfferedFirmware, random: Random, outer: AbortSignal) {
  const cut = new AbortController()
  const at = firmware.fileSize * (0.2 + 0.6 * random())
  return {
    signal: AbortSignal.any([outer, cut.signal]),
    onBytes: (received: number) => {
      if (received >= at) cut.abort(new Error('The transfer broke'))
    },
  }
}

/** A digest that no file has, so that the check itself fails. */
const anotherSign = (sign: string) => (sign.startsWith('0') ? '1' : '0') + sign.slice(1)

async function install(work: SimulatedUpgrade, path: string): Promise<void> {
  if (work.fault === 'write') throw new UpgradeError(FailureStep.writing, 'The flash could not be written')
  if (work.fault === 'undefined') throw new UpgradeError(FailureStep.undefined, 'The installer ended unexpectedly')
  await rename(path, work.running)
}

/**
 * Downloads every byte, checks it and installs it, or fails on the way as `fault` says.
 * @returns false when the device says nothing of how it ended
 * @throws UpgradeError when it failed and said so
 */
export async function simulateUpgrade(work: SimulatedUpgrade): Promise<boolean> {
  if (work.fault === 'silent') return false
  if (work.fault === 'refuse') {
    await work.tell(FailureStep.declined, 'The device declines the upgrade')
    throw new UpgradeError(FailureStep.declined, 'The device declines the upgrade')
  }
  const breaks = work.fault === 'download' || work.fault === 'interrupt'
  const { firmware } = work
  let isMute = false
  const { signal, onBytes } = breaks
    ? breakingAt(firmware, work.random, work.signal)
    : { signal: work.signal, onBytes: undefined }
  if (work.fault === 'interrupt') signal.addEventListener('abort', () => (isMute = true))
  try {
    await upgrade({
      firmware: work.fault === 'verify' ? { ...firmware, sign: anotherSign(firmware.sign) } : firmware,
      path: work.incoming,
      attempts: 12,
      agent: work.agent,
      signal,
      ...(work.speed === undefined ? {} : { speed: work.speed }),
      ...(onBytes ? { onReceived: onBytes } : {}),
      tell: (step, text) => (isMute ? Promise.resolve() : work.tell(step, text)),
      install: (path) => install(work, path),
    })
    return true
  } catch (error) {
    if (isMute) return false
    throw error
  }
}
