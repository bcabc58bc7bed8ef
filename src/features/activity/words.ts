/** Acts that people look for, in the order of a rollout; any other can stand in the URL. */
export const ACTIONS: readonly string[] = [
  'firmware.created',
  'firmware.updated',
  'firmware.deleted',
  'policy.created',
  'policy.updated',
  'policy.deleted',
  'job.created',
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
  'device.enabled',
  'device.disabled',
  'product.created',
  'product.updated',
  'deviceList.created',
  'deviceList.deleted',
  'org.emergencyStopped',
]

/** "job.started" -> "Job started", "org.emergencyStopped" -> "Org emergency stopped". */
export function actionWords(action: string): string {
  const words = action
    .replaceAll('.', ' ')
    .replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
