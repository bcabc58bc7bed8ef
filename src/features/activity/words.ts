/** Acts that people look for, in the order of a rollout; any other can stand in the URL. */
export const ACTIONS: readonly string[] = [
  'firmware.created',
  'firmware.updated',
  'firmware.deleted',
  'policy.created',
  'policy.updated',
  'policy.deleted',
  'job.created',
  'job.edited',
  'job.approved',
  'job.rejected',
  'job.started',
  'job.stopped',
  'job.halted',
  'job.resumed',
  'job.waveOpened',
  'job.advanced',
  'job.ended',
  'job.completed',
  'job.restarted',
  'job.deleted',
  'device.created',
  'device.updated',
  'device.activated',
  'device.enabled',
  'device.disabled',
  'device.secretReset',
  'device.activationReset',
  'device.deleted',
  'product.created',
  'product.updated',
  'product.secretReset',
  'product.deleted',
  'deviceList.created',
  'deviceList.deleted',
  'org.emergencyStopped',
  'user.signedIn',
  'user.signInFailed',
  'user.signedOut',
  'user.sessionEnded',
  'right.refused',
  'log.dropped',
]

/** "job.started" -> "Job started", "org.emergencyStopped" -> "Org emergency stopped". */
export function actionWords(action: string): string {
  const words = action
    .replaceAll('.', ' ')
    .replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
