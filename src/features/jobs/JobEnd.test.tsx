import { act, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'

import { db } from '#mock-api/db.ts'
import { jobById, mustHave, tasksOf } from '#mock-api/find.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { jobIds } from '#mock-api/seed/jobs.ts'
import { rolloutIds } from '#mock-api/seed/rollout-plans.ts'
import { jobView } from '#mock-api/views.ts'
import type { TaskRow } from '#mock-api/world.ts'

import { renderPortal } from '../../../test/support/portal.tsx'

const ended = rolloutIds.endedEarly
/** One device of the ended job that downloads on. */
function straggler(): TaskRow {
  const task: TaskRow = mustHave(
    tasksOf(ended).find(({ status }) => status === 'succeeded'),
    'a device of the ended job',
  )
  task.status = 'upgrading'
  return task
}

test('an ended job is not called done while devices of it are under way', async () => {
  const task = straggler()
  const { stream } = renderPortal(`/orgs/hdb/jobs/${ended}`)
  expect(await screen.findByRole('tab', { name: 'In Progress (1)' })).toBeInTheDocument()
  expect(screen.queryByRole('button', { name: 'Delete this firmware' })).not.toBeInTheDocument()

  task.status = 'succeeded'
  const at = iso(clock.now())
  act(() => stream.say({ name: 'beat', data: { at } }))
  act(() => stream.say({ name: 'job', data: { at, job: jobView(jobById(ended)) } }))
  expect(await screen.findByRole('button', { name: 'Delete this firmware' })).toBeInTheDocument()
})

test('whoever deletes a firmware is told of the devices that still download it', async () => {
  straggler()
  for (const job of db.jobs) if (job.firmwareId === firmwareIds.pump17) job.state = 'completed'
  const { user } = renderPortal(`/orgs/hdb/firmware/${firmwareIds.pump17}`)
  await user.click(await screen.findByRole('button', { name: 'Delete' }))
  const question = await screen.findByRole('dialog', { name: /^Delete / })
  expect(await within(question).findByText(/1 device of jobs that were ended is still under way/)).toBeInTheDocument()
})

test('a started job of which nobody was told yet is not said to wait for its start', async () => {
  for (const task of tasksOf(jobIds.started)) task.status = 'init'
  db.progress = db.progress.filter(({ jobId }) => jobId !== jobIds.started)
  renderPortal(`/orgs/hdb/jobs/${jobIds.started}`)
  expect(await screen.findByText('Nothing has been recorded yet.')).toBeInTheDocument()
})
