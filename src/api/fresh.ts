/** How long what was asked for is shown again without asking, in milliseconds. */
export const FRESH_MS = 2_000
