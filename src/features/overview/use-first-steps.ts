import { useQuery } from '@tanstack/react-query'

import { deviceListQuery } from '#src/features/devices/queries.ts'
import { firmwareListQuery } from '#src/features/firmware/queries.ts'
import { jobListQuery } from '#src/features/jobs/queries.ts'
import { productChoiceQuery } from '#src/features/products/queries.ts'
import { paths } from '#src/lib/paths.ts'

export interface Step {
  to: string
  act: string
  why: string
  /** Undefined until it is known. */
  isDone: boolean | undefined
}

/** The way to the first upgrade, and how far this organisation has come on it. */
export function useFirstSteps(org: string): { steps: Step[]; isBegun: boolean | undefined } {
  const ONE = { limit: 1 }
  const has = (list: { items: readonly unknown[] } | undefined) => list && list.items.length > 0
  const product = has(useQuery(productChoiceQuery(org)).data)
  const device = has(useQuery(deviceListQuery(org, ONE)).data)
  const firmware = has(useQuery(firmwareListQuery(org, ONE)).data)
  const verified = has(useQuery(jobListQuery(org, { type: 'verify', ...ONE })).data)
  const upgraded = has(useQuery(jobListQuery(org, { type: 'upgrade', ...ONE })).data)
  const steps = [
    {
      to: paths.products(org, { dialog: 'create' }),
      act: 'Create a product',
      why: 'the model of your devices',
      isDone: product,
    },
    {
      to: paths.devices(org, { dialog: 'create' }),
      act: 'Register a device',
      why: 'it connects with its secret and reports its version',
      isDone: device,
    },
    {
      to: paths.firmwareNew(org),
      act: 'Upload firmware',
      why: 'any binary file, application or firmware',
      isDone: firmware,
    },
    {
      to: paths.jobNew(org, { type: 'verify' }),
      act: 'Verify it',
      why: 'on a few devices at hand',
      isDone: verified,
    },
    {
      to: paths.jobNew(org, { type: 'upgrade' }),
      act: 'Upgrade the others',
      why: 'and watch each of them',
      isDone: upgraded,
    },
  ]
  const known = [product, device, firmware].every((part) => part !== undefined)
  return { steps, isBegun: known ? Boolean(product && device && firmware) : undefined }
}
