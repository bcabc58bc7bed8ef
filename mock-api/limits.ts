import type { Limits } from '#contract/manage/session.ts'

/** The defaults of a deployment. Source: "Limits" in the domain. */
export const limits: Limits = {
  firmwareMaxBytes: 104_857_600,
  verificationDevices: 5,
  pageSizeMax: 200,
  contact: 'GovTech',
  release: 'mock',
}
