import { z } from 'zod'

/** Why a task failed. The first five are the device's own codes -1..-5. */
export const FailureKind = z.enum([
  'undefined',
  'download',
  'verification',
  'writing',
  'refused',
  'noAnswer',
  'timedOut',
  'interrupted',
  'fellBack',
  'otherVersion',
  'pushNotTaken',
  'fileMissing',
])
export type FailureKind = z.infer<typeof FailureKind>
