/** One voice for every script: a line says which script speaks and what it does now. */
export function say(text) {
  process.stdout.write(`» ${text}\n`)
}

/** Ends the process with one sentence that a person can act on, and no stack. */
export function giveUp(sentence) {
  process.stderr.write(`\n✗ ${sentence}\n`)
  process.exit(1)
}

/** Seconds since `startedAt` (a `Date.now()`), for progress lines. */
export const secondsSince = (startedAt) => Math.round((Date.now() - startedAt) / 1000)
