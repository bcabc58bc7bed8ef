import { count, size } from '#src/lib/bytes.ts'

/** A size as people say it, with the exact bytes on hover. */
export function Bytes({ value }: { value: number }) {
  return <span title={`${count(value)} bytes`}>{size(value)}</span>
}
