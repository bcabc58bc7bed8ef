import { counted } from '#src/lib/bytes.ts'

/** Whom deleting a firmware still hits: jobs that were ended leave their devices under way, and these download on. */
export function NotYetDone({ devices }: { devices: number }) {
  if (devices === 0) return null
  return (
    <>
      {counted(devices, 'device')} of jobs that were ended {devices === 1 ? 'is' : 'are'} still under way with it: those
      that have not downloaded all of it will fail.
    </>
  )
}
