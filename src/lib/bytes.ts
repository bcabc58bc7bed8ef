const grouped = new Intl.NumberFormat('en-SG')
const short = new Intl.NumberFormat('en-SG', { maximumFractionDigits: 1 })

/** 1204 -> "1,204". */
export const count = (value: number): string => grouped.format(value)

/** `count(2, 'device')` -> "2 devices"; irregular plurals are given. */
export const counted = (value: number, noun: string, plural = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : plural}`

/** Binary sizes as the limit is written: 104,857,600 bytes is 100 MB. */
export function size(bytes: number): string {
  if (bytes < 1024) return counted(bytes, 'byte')
  if (bytes < 1024 * 1024) return `${short.format(bytes / 1024)} kB`
  return `${short.format(bytes / (1024 * 1024))} MB`
}

/** Whole percent, cut and not rounded: 999 of 1,000 is not yet 100 %. */
export const percent = (part: number, whole: number): number => (whole > 0 ? Math.trunc((part / whole) * 100) : 0)
