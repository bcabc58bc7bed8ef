import type { DownloadOptions } from './download.ts'
import { download } from './download.ts'
import { FailureStep, messageOf, UpgradeError } from './errors.ts'

export interface UpgradeSteps extends Omit<DownloadOptions, 'onBytes'> {
  /** Told of every piece; the service is told of the quarters. */
  onReceived?: (received: number) => void
  /** Tells the service; a message that does not get through does not stop the upgrade. */
  tell(step: number, text: string): Promise<void>
  /** Puts the checked file where the device starts from. */
  install(path: string): Promise<void>
}

/** Percent of the whole upgrade that the download makes up; writing is the rest. */
const DOWNLOAD_SHARE = 80
const REPORTS = 4

/** Reports each quarter of the download once. */
function quarters(sizeBytes: number, tell: UpgradeSteps['tell']) {
  let reported = 0
  return (received: number) => {
    const quarter = Math.floor((received / sizeBytes) * REPORTS)
    if (quarter <= reported || quarter >= REPORTS) return
    reported = quarter
    void tell(Math.round((quarter / REPORTS) * DOWNLOAD_SHARE), 'downloading').catch(() => undefined)
  }
}

const asUpgradeError = (error: unknown): UpgradeError =>
  error instanceof UpgradeError ? error : new UpgradeError(FailureStep.undefined, messageOf(error), { cause: error })

/**
 * Downloads, checks and installs a firmware and reports each step. What is left is to restart and to inform.
 * @throws UpgradeError after its step was reported
 */
export async function upgrade(steps: UpgradeSteps): Promise<void> {
  const tell = (step: number, text: string) => steps.tell(step, text).catch(() => undefined)
  try {
    await tell(1, 'downloading')
    const tellQuarters = quarters(steps.firmware.fileSize, steps.tell)
    const onBytes = (received: number) => {
      steps.onReceived?.(received)
      tellQuarters(received)
    }
    await download({ ...steps, onBytes })
    await tell(DOWNLOAD_SHARE, 'verified')
    await install(steps)
    await tell(100, 'installed')
  } catch (error) {
    const failure = asUpgradeError(error)
    await tell(failure.step, failure.message)
    throw failure
  }
}

async function install(steps: UpgradeSteps): Promise<void> {
  try {
    await steps.install(steps.path)
  } catch (error) {
    if (error instanceof UpgradeError) throw error
    throw new UpgradeError(FailureStep.writing, messageOf(error), { cause: error })
  }
}
