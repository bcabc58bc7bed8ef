/*
 * Streaming probes for "is this text?". Each takes bytes and gives up as soon as the file cannot be text
 * in its encoding; nothing but a few counters is kept, however large the file.
 */
export interface Probe {
  /** False once the bytes seen cannot be text of this encoding. */
  push(bytes: Uint8Array): boolean
  /** Whether the whole file is text of this encoding. */
  end(): boolean
}

const TAB = 0x09
const NEWLINE = 0x0a
const FORM_FEED = 0x0c
const RETURN = 0x0d
const ESCAPE = 0x1b
const BOM = 0xfeff

/** Unicode control characters but tab, newline, form feed, return and escape. */
export function isControl(code: number): boolean {
  if (code >= 0x20) return code >= 0x7f && code <= 0x9f
  return code !== TAB && code !== NEWLINE && code !== FORM_FEED && code !== RETURN && code !== ESCAPE
}

const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff

/** Smallest code point that needs 1, 2 or 3 continuation bytes: a longer form of a smaller one is no UTF-8. */
const UTF8_LEAST = [0, 0x80, 0x800, 0x10000] as const

export function utf8Probe(): Probe {
  let alive = true
  let code = 0
  let missing = 0
  let least = 0
  const begin = (byte: number): boolean => {
    if (byte < 0x80) return !isControl(byte)
    missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1
    code = byte & (0x3f >> missing)
    least = UTF8_LEAST[missing] ?? 0
    return byte >= 0xc2 && byte <= 0xf4
  }
  const go = (byte: number): boolean => {
    if ((byte & 0xc0) !== 0x80) return false
    code = (code << 6) | (byte & 0x3f)
    missing -= 1
    return missing > 0 || (code >= least && code <= 0x10ffff && !isSurrogate(code) && !isControl(code))
  }
  return {
    push(bytes) {
      for (let i = 0; alive && i < bytes.length; i += 1) {
        const byte = bytes[i] as number
        alive = missing > 0 ? go(byte) : begin(byte)
      }
      return alive
    },
    end: () => alive && missing === 0,
  }
}

/**
 * UTF-16 or UTF-32 in one byte order. Without a mark it must show the NUL pattern of one:
 * at least three quarters of its characters are below U+0100, so that their upper bytes are NUL.
 */
export function wideProbe(width: 2 | 4, bigEndian: boolean): Probe {
  let alive = true
  let unit = 0
  let filled = 0
  let marked = false
  let units = 0
  let low = 0
  let highSurrogate = false
  const surrogateFits = (code: number): boolean => {
    const isLow = code >= 0xdc00 && code <= 0xdfff
    if (width === 4) return !isSurrogate(code)
    if (isLow !== highSurrogate) return false
    highSurrogate = code >= 0xd800 && code <= 0xdbff
    return true
  }
  const take = (code: number): boolean => {
    units += 1
    if (units === 1 && code === BOM) {
      marked = true
      return true
    }
    if (code < 0x100) low += 1
    return code <= 0x10ffff && code !== 0xfffe && surrogateFits(code) && !isControl(code)
  }
  return {
    push(bytes) {
      for (let i = 0; alive && i < bytes.length; i += 1) {
        const shift = 8 * (bigEndian ? width - 1 - filled : filled)
        unit = (unit | ((bytes[i] as number) << shift)) >>> 0
        filled += 1
        if (filled < width) continue
        alive = take(unit)
        unit = 0
        filled = 0
      }
      return alive
    },
    end: () => alive && filled === 0 && !highSurrogate && (marked || (units > 0 && low * 4 >= units * 3)),
  }
}

/** At least 85 % printable Latin-1, under 1 % controls, no NUL: text in some 8-bit code page. */
export function latin1Probe(): Probe {
  let alive = true
  let total = 0
  let controls = 0
  let printable = 0
  return {
    push(bytes) {
      for (let i = 0; alive && i < bytes.length; i += 1) {
        const byte = bytes[i] as number
        total += 1
        // 0x80..0x9f are neither: Windows code pages have letters and quotes there
        if (byte >= 0xa0 || (byte >= 0x20 && byte < 0x7f)) printable += 1
        else if (byte < 0x80 && isControl(byte)) controls += 1
        else if (byte < 0x20) printable += 1
        alive = byte !== 0
      }
      return alive
    },
    end: () => alive && controls < total * 0.01 && printable >= total * 0.85,
  }
}
