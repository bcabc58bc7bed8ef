import { act, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'

import { clock, iso } from '#mock-api/clock.ts'
import { jobById, mustHave, tasksOf } from '#mock-api/find.ts'
import { jobIds } from '#mock-api/seed/jobs.ts'
import { rolloutIds } from '#mock-api/seed/rollout-plans.ts'
import { jobView, taskView } from '#mock-api/views.ts'
import type { TaskRow } from '#mock-api/world.ts'

import { renderPortal, type scriptedStream } from '../../../test/support/portal.tsx'

type Stream = ReturnType<typeof scriptedStream>

const started = `/orgs/hdb/jobs/${jobIds.started}`
const at = () => iso(clock.now())
const taskOf = (deviceKey: string): TaskRow =>
  mustHave(
    tasksOf(jobIds.started).find((task) => task.deviceKey === deviceKey),
    deviceKey,
  )

/** Changes the mock's world, and tells the page of it as the server would. */
function move(stream: Stream, deviceKey: string, change: Partial<TaskRow>): void {
  const task = Object.assign(taskOf(deviceKey), change)
  const jobId = jobIds.started
  act(() => {
    stream.say({ name: 'tasks', data: { at: at(), jobId, tasks: [taskView(task, clock.now())], more: false } })
    stream.say({ name: 'job', data: { at: at(), job: jobView(jobById(jobId)) } })
  })
}

test('a job that is started ahead of its time says when it begins', async () => {
  const { id, policy } = jobById(rolloutIds.scheduled)
  renderPortal(`/orgs/hdb/jobs/${id}`)
  const begin = (await screen.findByText('Not before')).nextElementSibling
  expect(begin?.querySelector('time')).toHaveAttribute('datetime', policy.startAt)
})

test('while rows and counts move, an open menu stays open', async () => {
  const { stream, user } = renderPortal(`${started}?tab=upgrading`)
  await user.click(await screen.findByRole('button', { name: 'Actions for stalls-001' }))
  expect(await screen.findByRole('menuitem', { name: /Copy device key/ })).toBeInTheDocument()
  act(() => stream.say({ name: 'beat', data: { at: at() } }))

  move(stream, 'stalls-001', { progress: 77 })
  move(stream, 'silent-001', { status: 'upgrading', progress: 3 })

  expect(await within(screen.getByRole('row', { name: /stalls-001/ })).findByText(/77 %/)).toBeInTheDocument()
  expect(await screen.findByRole('tab', { name: 'In Progress (3)' })).toBeInTheDocument()
  expect(await screen.findByRole('row', { name: /silent-001/ })).toBeInTheDocument()
  expect(screen.getByRole('menuitem', { name: /Copy device key/ })).toBeInTheDocument()
})

test('a device that moves on leaves its tab', async () => {
  const { stream } = renderPortal(`${started}?tab=upgrading`)
  expect(await screen.findByRole('rowheader', { name: 'stalls-001' })).toBeInTheDocument()
  act(() => stream.say({ name: 'beat', data: { at: at() } }))

  move(stream, 'stalls-001', { status: 'succeeded' })
  await waitFor(() => expect(screen.queryByRole('rowheader', { name: 'stalls-001' })).not.toBeInTheDocument())
  expect(screen.getByRole('tab', { name: 'Upgrade Successful (2)' })).toBeInTheDocument()
})

test('a viewer sees why a job cannot be stopped, and whom to ask', async () => {
  renderPortal(started, { as: 'viewer' })
  const stop = await screen.findByRole('button', { name: 'Stop' })
  expect(stop).toHaveAttribute('aria-disabled', 'true')
  expect(stop).toHaveAccessibleDescription(/may not stop OTA jobs. Contact GovTech/)
})

test('starting says in numbers what will happen before it happens', async () => {
  const { user } = renderPortal(`/orgs/hdb/jobs/${jobIds.stopped}`)
  await user.click(await screen.findByRole('button', { name: 'Start' }))
  const question = await screen.findByRole('dialog', { name: /^Start / })
  expect(question).toHaveTextContent('12 devices wait')
  await user.click(within(question).getByRole('button', { name: 'Start' }))
  expect(await screen.findByRole('button', { name: 'Stop' })).toBeInTheDocument()
})

test('a row that leaves with the focus leaves it to its table', async () => {
  const { stream } = renderPortal(`${started}?tab=upgrading`)
  const key = await screen.findByRole('button', { name: 'stalls-001' })
  act(() => stream.say({ name: 'beat', data: { at: at() } }))
  act(() => key.focus())
  move(stream, 'stalls-001', { status: 'succeeded' })
  await waitFor(() => expect(key).not.toBeInTheDocument())
  await waitFor(() => expect(screen.getByRole('table', { name: /^In Progress/ })).toHaveFocus())
})

test('a device that has ended without a word on its progress is not said to have one yet', async () => {
  const failed = mustHave(
    tasksOf(jobIds.started).find(({ status }) => status === 'failed'),
    'a failed device',
  )
  failed.progress = null
  renderPortal(`${started}?tab=failed`)
  const row = await screen.findByRole('row', { name: new RegExp(failed.deviceKey) })
  expect(within(row).getByRole('cell', { name: 'none reported' })).toBeInTheDocument()
})
