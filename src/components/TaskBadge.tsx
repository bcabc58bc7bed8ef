import type { Task, TaskStatus } from '#contract/manage/jobs.ts'
import { StateBadge, type Tone } from './StateBadge.tsx'

/** In the words that operators of DECADA know. */
export const TASK_WORDS: Readonly<Record<TaskStatus, string>> = {
  init: 'To be Pushed',
  published: 'Pushed',
  upgrading: 'In Progress',
  succeeded: 'Upgrade Successful',
  failed: 'Upgrade Failed',
  skipped: 'Skipped',
}

const tones: Readonly<Record<TaskStatus, Tone>> = {
  init: 'waiting',
  published: 'moving',
  upgrading: 'moving',
  succeeded: 'good',
  failed: 'bad',
  skipped: 'idle',
}

type Told = Pick<Task, 'status' | 'installed' | 'via'>

/** A task's state, with what is known beyond it: whom it waits for. */
export function taskWords({ status, installed, via }: Told): string {
  if (status === 'upgrading' && installed) return 'Installed, waiting for restart'
  if (status === 'published' && via === 'request') return 'Waiting for the device to confirm'
  return TASK_WORDS[status]
}

/** The state of a device in a job. */
export function TaskBadge({ task }: { task: Told }) {
  return <StateBadge tone={tones[task.status]}>{taskWords(task)}</StateBadge>
}

/** What to say of a device that has told no progress: of one that has ended, none is to come. */
export const noProgressOf = ({ status }: Pick<Task, 'status'>): string =>
  status === 'init' || status === 'published' || status === 'upgrading' ? 'none yet' : 'none reported'
