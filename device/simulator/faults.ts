import type { Random } from './random.ts'

/** What may go wrong with an upgrade on a simulated device. */
export const FAULTS = [
  /** The transfer breaks and is given up: -2. */
  'download',
  /** The digest is not the one expected: -3. */
  'verify',
  /** The file cannot be installed: -4. */
  'write',
  /** Something else: -1. */
  'undefined',
  /** The device does not want it: -5. */
  'refuse',
  /** Everything goes well, and it starts with the old version. */
  'fallback',
  /** It loses its power in the middle, and comes back with the old version and without a word. */
  'interrupt',
  /** It does nothing and says nothing. */
  'silent',
] as const
export type Fault = (typeof FAULTS)[number]

/** Share of upgrades, 0 to 1, that fail in each way. */
export type FaultRates = Readonly<Partial<Record<Fault, number>>>

const isFault = (name: string): name is Fault => FAULTS.some((fault) => fault === name)

/**
 * Reads `download=5%,verify=0.01`.
 * @throws Error in plain words
 */
export function parseFaults(text: string): FaultRates {
  const rates: Partial<Record<Fault, number>> = {}
  for (const part of text.split(',').filter((piece) => piece.trim() !== '')) {
    const [, name = '', amount = '', percent] = /^\s*(\w+)=([\d.]+)(%?)\s*$/.exec(part) ?? []
    const rate = Number(amount) / (percent ? 100 : 1)
    if (!isFault(name))
      throw new Error(`"${part.trim()}" is not one of ${FAULTS.join(', ')} with a share, as in download=5%`)
    if (!(rate >= 0 && rate <= 1)) throw new Error(`"${part.trim()}": a share is 0% to 100%`)
    rates[name] = rate
  }
  if (Object.values(rates).reduce((sum, rate) => sum + rate, 0) > 1)
    throw new Error('The shares of all faults exceed 100%')
  return rates
}

/** Draws at most one fault, in the order of `FAULTS`. */
export function drawFault(rates: FaultRates, random: Random): Fault | undefined {
  let rest = random()
  for (const fault of FAULTS) {
    rest -= rates[fault] ?? 0
    if (rest < 0) return fault
  }
  return undefined
}
