import { tool } from './run.mjs'

/**
 * What needs no running code: name, tool, arguments.
 * @type {readonly (readonly [name: string, tool: string, args: readonly string[]])[]}
 */
const CHECKS = [
  ['types', 'tsc', []],
  ['lint', 'oxlint', []],
  ['format', 'oxfmt', ['--check', '.']],
]

/** Each check with how to run it; the answer is an exit code. */
export const checks = CHECKS.map(([name, command, args]) => ({
  name,
  run: async () => (await tool(command, args)).code,
}))
