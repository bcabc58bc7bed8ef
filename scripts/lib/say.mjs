/**
 * One voice for every script: what it does now, in one line.
 * @param {string} text
 */
export function say(text) {
  process.stdout.write(`» ${text}\n`)
}

/**
 * Ends the process with one sentence that a person can act on, and no stack.
 * @param {string} sentence
 * @returns {never}
 */
export function giveUp(sentence) {
  process.stderr.write(`\n✗ ${sentence}\n`)
  process.exit(1)
}

/**
 * Whole seconds since `startedAt` (a `Date.now()`), for progress lines.
 * @param {number} startedAt
 */
export const secondsSince = (startedAt) => Math.round((Date.now() - startedAt) / 1000)
