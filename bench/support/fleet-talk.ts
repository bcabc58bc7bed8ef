// What a big fleet's service and whoever measures it say to each other.
export interface Ready {
  port: number
  cookie: string
  productKey: string
  firmwareId: string
}

export interface Told {
  /** The longest that the loop stopped since it was last asked, and what it stayed under 999 times in 1,000, ms. */
  worstMs: number
  p999Ms: number
  memoryMb: number
}

/** What the rows themselves say. */
export interface Rows {
  waves: number[]
  statuses: Record<string, number>
  /** Pages whose plan sorts or reads a whole table. */
  slowPlans: string[]
}

export type Question = { ask: 'loop' } | { ask: 'rows'; jobId: string }

export const keyOf = (n: number): string => `meter-${String(n).padStart(9, '0')}`
