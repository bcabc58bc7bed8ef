import { act, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'

import type { Job, WaveProgress } from '#contract/manage/jobs.ts'
import { Wave } from '#contract/manage/policies.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { jobById } from '#mock-api/find.ts'
import { jobIds } from '#mock-api/seed/jobs.ts'
import { people } from '#mock-api/seed/people.ts'
import { rolloutIds } from '#mock-api/seed/rollout-plans.ts'
import { jobView } from '#mock-api/views.ts'

import { renderPortal } from '../../../test/support/portal.tsx'

const path = `/orgs/hdb/jobs/${jobIds.started}`

/** The job in a state that no seed is in. */
function shown(
  as: keyof typeof people,
  change: Pick<Job, 'state'> & Partial<Pick<Job, 'haltReason' | 'approvalAskedBy'>>,
) {
  Object.assign(jobById(jobIds.started), change)
  return renderPortal(path, { as })
}

/** Shows the job, and lets the stream say that it has become this. */
async function told(as: keyof typeof people, change: Partial<Job>) {
  const portal = renderPortal(path, { as })
  await screen.findByRole('button', { name: 'Stop' })
  const at = iso(clock.now())
  act(() => portal.stream.say({ name: 'beat', data: { at } }))
  act(() => portal.stream.say({ name: 'job', data: { at, job: { ...jobView(jobById(jobIds.started)), ...change } } }))
  return portal
}

const asked = (by: keyof typeof people) => ({
  state: 'awaitingApproval' as const,
  approvalAskedBy: { id: people[by].id, name: people[by].name },
})

test('who asked for a start cannot approve it, and reads why', async () => {
  shown('admin', asked('admin'))
  expect(await screen.findByRole('button', { name: 'Approve' })).toHaveAccessibleDescription(
    'You asked for this start yourself. Another person approves it.',
  )
  expect(screen.getByRole('button', { name: 'Withdraw' })).not.toHaveAttribute('aria-disabled')
})

test('another person with the right approves it, after reading whom it reaches', async () => {
  const { user } = shown('approver', asked('operator'))
  await user.click(await screen.findByRole('button', { name: 'Approve' }))
  expect(await screen.findByRole('dialog', { name: /^Approve the start of/ })).toHaveTextContent(
    /starts at once, for \d+/,
  )
})

test('a halted job says what halted it, and goes on only with a reason', async () => {
  const { user } = shown('operator', { state: 'halted', haltReason: '4 of 10 devices failed.' })
  expect(await screen.findByRole('alert')).toHaveTextContent('4 of 10 devices failed.')
  await user.click(screen.getByRole('button', { name: 'Resume' }))
  const dialog = await screen.findByRole('dialog', { name: /^Resume / })
  await user.click(within(dialog).getByRole('button', { name: 'Resume' }))
  expect(within(dialog).getByRole('textbox', { name: 'Why it may go on' })).toHaveAccessibleDescription(
    'Say why it may go on',
  )
})

const wave = (state: WaveProgress['state'], waitsFor: string | null = null): WaveProgress => ({
  size: 10,
  final: state === 'waiting' ? 0 : 10,
  succeeded: state === 'waiting' ? 0 : 10,
  failed: 0,
  state,
  waitsFor,
  opensAt: null,
})

test('the next wave is opened by a person where its gate asks for one', async () => {
  const { policy } = jobView(jobById(jobIds.started))
  const waves = [Wave.parse({ upToDevices: 10, gate: { person: true } }), Wave.parse({ upToPercent: 100 })]
  await told('operator', {
    policy: { ...policy, waves },
    waves: [wave('open', 'A person opens the next wave.'), wave('waiting')],
  })
  const strip = await screen.findByRole('table', { name: 'Waves' })
  expect(within(strip).getByRole('row', { name: /Wave 1/ })).toHaveTextContent('A person opens the next wave.')
  expect(screen.getByRole('button', { name: 'Open the next wave' })).toBeInTheDocument()
})

test('what failed stands before the devices of a job that it halted', async () => {
  renderPortal(`/orgs/hdb/jobs/${rolloutIds.halted}`)
  const failures = await screen.findByRole('table', { name: 'Failures by kind' })
  const devices = await screen.findByRole('tablist')
  expect(failures.compareDocumentPosition(devices)).toBe(Node.DOCUMENT_POSITION_FOLLOWING)
})
