import { expect, test } from 'vitest'

import { weekOf } from './week.ts'

test.each([
  ['within a day', { from: '01:00', to: '05:00', weekdays: [1] }, [{ weekday: 1, start: 60, end: 300 }]],
  [
    'across midnight, from Sunday into Monday',
    { from: '22:00', to: '02:00', weekdays: [7] },
    [
      { weekday: 7, start: 1320, end: 1440 },
      { weekday: 1, start: 0, end: 120 },
    ],
  ],
  ['until midnight', { from: '22:00', to: '00:00', weekdays: [3] }, [{ weekday: 3, start: 1320, end: 1440 }]],
])('a window %s is drawn on the days on which it is open', (_what, window, spans) => {
  expect(weekOf(window)).toEqual(spans)
})
