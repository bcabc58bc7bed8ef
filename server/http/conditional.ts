import type { IncomingHttpHeaders } from 'node:http'

/** `If-None-Match` may name a tag as a weak one; a file's bytes are the same either way (RFC 9110, section 13.1.2). */
const WEAK = /^W\//

const names = (header: string, etag: string, isWeakEnough: boolean): boolean =>
  header
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === '*' || (isWeakEnough ? tag.replace(WEAK, '') : tag) === etag)

/**
 * What the conditions of a request make of it, in the order of RFC 9110 section 13.2.2: the caller insists on another
 * file (`changed`, 412), has this one already (`unchanged`, 304), or is to be answered.
 */
export function judgeConditions(headers: IncomingHttpHeaders, etag: string): 'changed' | 'unchanged' | 'answer' {
  const { 'if-match': wanted, 'if-none-match': held } = headers
  if (wanted !== undefined && !names(wanted, etag, false)) return 'changed'
  return held !== undefined && names(held, etag, true) ? 'unchanged' : 'answer'
}
