import type { JobCounts, TaskStatus } from '#contract/manage/jobs.ts'
import { Facts } from '#src/components/Facts.tsx'
import { TASK_WORDS } from '#src/components/TaskBadge.tsx'
import { count } from '#src/lib/bytes.ts'

/** On paper there are no tabs: every count stands by itself. */
export function CountsInPrint({ counts }: { counts: JobCounts }) {
  return (
    <div data-paper>
      <Facts
        label="Devices by state"
        facts={(Object.keys(TASK_WORDS) as TaskStatus[]).map((status) => [TASK_WORDS[status], count(counts[status])])}
      />
    </div>
  )
}
