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

/** The state of a device in a job. */
export function TaskBadge({ status }: Pick<Task, 'status'>) {
  return <StateBadge tone={tones[status]}>{TASK_WORDS[status]}</StateBadge>
}
