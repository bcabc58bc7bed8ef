import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The folder of the repository, wherever the script was called from. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** On Windows the commands of npm are `.cmd` files, which only a shell starts. */
const shell = process.platform === 'win32'

/**
 * Runs a command in the repository and answers its exit code; a command that cannot be started, or was
 * ended by a signal, answers 1. Output goes straight through unless `quiet`, which gathers it.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { env = {}, quiet = false, onStart = () => {} } = {}) {
  return new Promise((resolve) => {
    const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit'
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio, shell })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ code: 1, output: `${command}: ${error.message}` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
    onStart(child)
  })
}

/** Runs a tool that the repository installed (`vite`, `tsc`, …) without asking npm for it. */
export const tool = (name, args, options) => run(`${root}/node_modules/.bin/${name}`, args, options)
