import type { FirmwareDeletePreview, FirmwareStatistics } from '#contract/manage/firmware-facts.ts'

/** What is known of a firmware in use; undefined where the organisation has no such firmware. */
export interface FirmwareFacts {
  statistics(orgId: string, firmwareId: string): Promise<FirmwareStatistics | undefined>
  /** What deleting it would affect, and whether it may be deleted now. */
  deletePreview(orgId: string, firmwareId: string): Promise<FirmwareDeletePreview | undefined>
}
