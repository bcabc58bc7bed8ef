import { activityHandlers } from './activity.ts'
import { clockHandlers } from './clock.ts'
import { crowdHandlers } from './crowd.ts'
import { deviceActHandlers } from './device-acts.ts'
import { deviceListHandlers } from './device-lists.ts'
import { deviceHandlers } from './devices.ts'
import { firmwareFactHandlers } from './firmware-facts.ts'
import { firmwareHandlers } from './firmware.ts'
import { jobActHandlers } from './job-acts.ts'
import { jobEditHandlers } from './job-edit.ts'
import { jobExportHandlers } from './job-exports.ts'
import { jobTaskHandlers } from './job-tasks.ts'
import { jobHandlers } from './jobs.ts'
import { liveHandlers } from './live.ts'
import { orgHandlers } from './orgs.ts'
import { overviewHandlers } from './overview.ts'
import { policyHandlers } from './policies.ts'
import { previewHandlers } from './previews.ts'
import { productHandlers } from './products.ts'
import { serviceHandlers } from './service.ts'
import { sessionHandlers } from './session.ts'
import { uploadHandlers } from './uploads.ts'

/** The whole mock. MSW takes the first handler that fits, so fixed paths stand before `:params`. */
export const handlers = [
  ...sessionHandlers,
  ...orgHandlers,
  ...productHandlers,
  ...deviceListHandlers,
  ...deviceHandlers,
  ...deviceActHandlers,
  ...uploadHandlers,
  ...firmwareHandlers,
  ...firmwareFactHandlers,
  ...policyHandlers,
  ...previewHandlers,
  ...jobHandlers,
  ...jobExportHandlers,
  ...jobActHandlers,
  ...jobEditHandlers,
  ...jobTaskHandlers,
  ...overviewHandlers,
  ...activityHandlers,
  ...liveHandlers,
  ...serviceHandlers,
  ...clockHandlers,
  ...crowdHandlers,
]
