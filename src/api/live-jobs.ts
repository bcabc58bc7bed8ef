import type { QueryClient, QueryKey } from '@tanstack/react-query'

import type { Job } from '#contract/manage/jobs.ts'
import type { Page } from './live-cache.ts'

/** What a list of jobs was asked for; it stands last in the key. */
interface JobFilter {
  type?: string | undefined
  state?: string | undefined
  product?: string | undefined
  firmware?: string | undefined
  q?: string | undefined
  sort?: string | undefined
}

const isAsked = <T>(asked: T | undefined, has: T): boolean => asked === undefined || asked === has

/** Whether a list that was asked for so has the job on one of its pages. */
export const fitsFilter = ({ type, state, product, firmware, q }: JobFilter, job: Job): boolean =>
  isAsked<string>(type, job.type) &&
  isAsked<string>(state, job.state) &&
  isAsked(product, job.productKey) &&
  isAsked(firmware, job.firmware.id) &&
  (!q || job.name.startsWith(q))

/** Whether it lies between the first and the last row; what is sorted otherwise than by age is asked for. */
function isWithin({ items, prevCursor, nextCursor }: Page<Job>, { sort }: JobFilter, { createdAt }: Job): boolean {
  const [first, last] = [items[0]?.createdAt, items.at(-1)?.createdAt]
  if (sort === 'name' || first === undefined || last === undefined) return true
  return (!prevCursor || createdAt <= first) && (!nextCursor || createdAt >= last)
}

/** Whether a list has the job, or should have it; of one that is not known yet nobody can say that it has not. */
export function concernsJobPage(client: QueryClient, queryKey: QueryKey, job: Job): boolean {
  const page = client.getQueryData<Page<Job>>(queryKey)
  const fits = fitsFilter((queryKey.at(-1) ?? {}) as JobFilter, job)
  return fits || page === undefined || page.items.some(({ id }) => id === job.id)
}

/** Puts a changed job into a list that is known. @returns whether the list has to be asked for again */
export function writeInJobPage(client: QueryClient, queryKey: QueryKey, job: Job): boolean {
  const page = client.getQueryData<Page<Job>>(queryKey)
  if (!page) return false
  const filter = (queryKey.at(-1) ?? {}) as JobFilter
  const fits = fitsFilter(filter, job)
  const index = page.items.findIndex(({ id }) => id === job.id)
  if (index === -1) return fits && isWithin(page, filter, job)
  client.setQueryData<Page<Job>>(queryKey, { ...page, items: page.items.with(index, job) })
  return !fits
}
