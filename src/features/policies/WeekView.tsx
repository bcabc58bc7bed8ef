import type { Window } from '#contract/manage/policies.ts'
import { weekOf } from './week.ts'
import styles from './WeekView.module.css'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const HOURS = ['00:00', '06:00', '12:00', '18:00', '24:00'] as const
const share = (minutes: number) => `${(minutes / 1440) * 100}%`

/** The window drawn on a week; the sentence above and the openings below say the same in words. */
export function WeekView({ window }: { window: Window }) {
  const spans = weekOf(window)
  return (
    <div className={styles['week']} aria-hidden>
      {DAYS.map((day, index) => (
        <div key={day} className={styles['row']}>
          <span className={styles['day']}>{day}</span>
          <span className={styles['track']}>
            {spans
              .filter(({ weekday }) => weekday === index + 1)
              .map(({ start, end }) => (
                <span
                  key={start}
                  className={styles['open']}
                  style={{ insetInlineStart: share(start), width: share(end - start) }}
                />
              ))}
          </span>
        </div>
      ))}
      <div className={styles['row']}>
        <span className={styles['day']} />
        <span className={styles['hours']}>
          {HOURS.map((hour) => (
            <span key={hour}>{hour}</span>
          ))}
        </span>
      </div>
    </div>
  )
}
